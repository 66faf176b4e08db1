-- Whoever may do everything may do what is new as well: a role that permits all that there was is given the rest. All other
-- roles stay as they are.
UPDATE role
SET permissions = array(
  SELECT unnest(permissions)
  UNION
  SELECT unnest(ARRAY['safeguards:write', 'safeguards:override', 'audit:read', 'webhooks:write'])
  ORDER BY 1
)
WHERE permissions @> ARRAY[
  'sites:read', 'sites:write', 'fields:write', 'org-units:write', 'presets:write', 'roles:write', 'keys:write',
  'people:read', 'people:create', 'people:update', 'people:archive', 'people:restore', 'people:anonymize',
  'people:delete', 'people:export', 'bulk-actions:read', 'bulk-actions:run'
];
