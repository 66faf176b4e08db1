// What the cardholder's page says in English.
import type { Words } from './catalogue.ts';

export const english: Words = {
  name: 'English',
  pageTitle: '{title} – {organisation}',
  languageSwitch: 'Language',
  open: {
    title: '{name}, add the photo for your card',
    titleUnnamed: 'Add the photo for your card',
    lead: 'It takes a minute. A person in the card office looks at it before your card is printed.',
  },
  guide: {
    heading: 'What makes a good photo',
    likeThis: 'Like this',
    illustration: 'Drawing of a good photo: head and shoulders, face to the camera, in front of a light wall',
    hints: {
      ahead: 'Look straight ahead',
      light: 'Light on your face',
      wall: 'Plain, light wall',
      hat: 'No hat or sunglasses',
    },
    headCoverings: 'Head coverings for your faith or health are fine, as long as your face shows.',
    notLikeThis: 'Not like this',
    tooDark: 'Too dark',
    tooFar: 'Too far away',
    busyWall: 'Busy wall',
  },
  choose: {
    heading: 'Your photo',
    take: 'Take a photo',
    takeAnother: 'Take another',
    fromPhone: 'Choose from this phone',
    fromComputer: 'Choose from this computer',
    another: 'Send another photo',
    plainLabel: 'Choose your photo',
    plainSend: 'Send this photo',
    limits: 'JPEG or PNG, up to {megabytes} MB.',
    until: 'Link works until {date}.',
  },
  use: {
    summary: 'How we use your photo',
    text: [
      'Your photo is for your card: it is printed on it and kept with your record, so that whoever checks the card can see that it is yours.',
      'The people in the card office see it. Where and when it was taken is removed from the file when it arrives.',
      'A photo that you replace, or that is sent back, is deleted after a while. The card office tells you more, and deletes your photo on request where the law says so.',
    ],
  },
  check: {
    title: 'Check your photo',
    lead: {
      phone: 'Drag or pinch until your face fills the oval.',
      computer: 'Drag and zoom until your face fills the oval.',
    },
    stage: 'Part of your photo for the card',
    stageHelp: 'Arrow keys move the photo, plus and minus change its size.',
    zoomIn: 'Larger',
    zoomOut: 'Smaller',
    left: 'Move left',
    right: 'Move right',
    up: 'Move up',
    down: 'Move down',
    zoomIs: 'Size {percent} %',
    checks: 'What we can tell from the picture',
    size: { fine: 'Large enough to print', warning: 'Small: it may look coarse. You can still send it.' },
    focus: { fine: 'In focus', warning: 'A bit blurred. You can still send it.' },
    light: {
      fine: 'Good light',
      dark: 'A bit dark. You can still send it.',
      bright: 'Very bright. You can still send it.',
    },
    send: 'Send this photo',
    another: { camera: 'Take another', library: 'Choose another' },
    sending: 'Sending your photo',
    making: 'Almost there: your photo has arrived and is made ready.',
    sent: 'Your photo was sent.',
    offline:
      'You are offline. Your photo is kept on this page and is sent by itself as soon as you are back. Leave the page open.',
    again:
      'Sending did not work. Your photo is kept on this page and is sent again by itself in a moment. Leave the page open.',
    stop: 'Stop sending',
  },
  waiting: {
    title: 'Your photo has arrived',
    text: 'A person in the card office looks at it next. You get a mail as soon as they have.',
    textUnsubscribed:
      'A person in the card office looks at it next. What they say is to be read here: open this page again.',
    next: 'There is nothing more for you to do.',
    yours: 'The photo that you sent',
    sentOn: 'Sent on {date}',
    another:
      'Not happy with it? Until somebody has looked at it, you can send another. It takes the place of this one.',
    expired: 'The link that you used works no longer, and is not needed any more.',
  },
  sentBack: {
    title: '{name}, one more photo for your card',
    titleUnnamed: 'One more photo for your card',
    lead: 'A person in the card office looked at yours and could not use it:',
    advice: {
      'face-hidden': 'Look straight ahead, with nothing in front of your face.',
      'blurred-or-dark': 'Face a window and hold the phone still.',
      background: 'Stand in front of a light wall with nothing on it.',
      'somebody-else': 'Send a photo that shows you, and nobody else.',
    },
    note: 'From the card office:',
  },
  approved: {
    title: 'Your photo is accepted',
    text: 'The card office has what it needs for your card.',
    next: 'There is nothing more for you to do.',
  },
  closed: {
    title: 'No photo is needed any more',
    text: 'This link was for sending a photo, and nobody waits for it now.',
    next: 'If you think that your card still lacks a photo, ask the card office for a new link.',
  },
  expired: {
    title: 'This link has expired',
    text: 'It worked until {date}.',
    next: 'Ask the card office for a new one. It takes them a moment.',
  },
  unknown: {
    title: 'This link leads nowhere',
    text: 'Perhaps a part of it is missing: some mail programs break long links in two.',
    next: 'Open the link in your mail again, or copy all of it. If that does not help, ask the card office for a new one.',
  },
  ask: 'Write to {address}',
  unsubscribe: {
    link: 'Get no more of these mails',
    title: 'Get no more mails about your photo?',
    text: 'You get no reminders then, and no word on whether your photo is accepted. You can still send your photo with the link that you have.',
    confirm: 'Get no more mails',
    keep: 'Keep the mails',
  },
  unsubscribed: {
    title: 'You get no more of these mails',
    text: 'A mail that is already under way may still arrive.',
    next: 'If you want them again, tell the card office.',
    back: 'To your photo',
  },
  faults: {
    'no-photo': 'There was no photo in what you sent. Choose one first.',
    'picture-too-large': 'This photo has more than {megabytes} MB. Choose a smaller one, or take a new one.',
    'too-many-pixels':
      'This photo has more than {megapixels} megapixels. Choose a smaller one, or take a new one.',
    'not-a-picture':
      'This file is not a JPEG or PNG. Choose a photo of one of these kinds, or take a new one.',
    'broken-picture': 'This file can’t be opened as a picture: it seems to be damaged. Choose another one.',
    'broke-off': 'The photo arrived only in part. Send it again.',
    'too-many-requests': 'That was often within a short time. Wait a few minutes, then go on.',
    unavailable:
      'Something does not work on our side right now. Nothing is lost: try again in a few minutes.',
  },
};
