// All workflows, for the bundle.
export { bulkAction } from './bulk-action.ts';
export { editLocks } from './edit-locks.ts';
export { outgoingMail } from './outgoing-mail.ts';
export { purge } from './purge.ts';
export { sweep } from './sweep.ts';
export { webhookDelivery } from './webhook-delivery.ts';
