// The sign of Muster, as the tab shows it.

export const Logo = ({ size = 26 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 26 26" aria-hidden focusable="false">
    <rect width="26" height="26" rx="6" fill="var(--accent-fill)" />
    <g fill="#fff">
      <circle cx="7" cy="8.5" r="1.6" />
      <rect x="10.5" y="7" width="9" height="3" rx="1.5" />
      <circle cx="7" cy="13.5" r="1.6" />
      <rect x="10.5" y="12" width="9" height="3" rx="1.5" />
      <circle cx="7" cy="18.5" r="1.6" opacity=".65" />
      <rect x="10.5" y="17" width="5.5" height="3" rx="1.5" opacity=".65" />
    </g>
  </svg>
);
