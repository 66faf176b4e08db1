DROP INDEX "webhook_delivery_of";--> statement-breakpoint
DROP INDEX "webhook_delivery_waiting";--> statement-breakpoint
ALTER TABLE "webhook_delivery" ALTER COLUMN "id" SET DEFAULT 'msg_' || replace(uuidv7()::text, '-', '');--> statement-breakpoint
ALTER TABLE "webhook_delivery" ALTER COLUMN "bulk_action_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "former_secret" text;--> statement-breakpoint
ALTER TABLE "webhook" ADD COLUMN "former_secret_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD COLUMN "occasion" text;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD COLUMN "next_attempt_at" timestamp with time zone DEFAULT now();--> statement-breakpoint
CREATE INDEX "webhook_delivery_of" ON "webhook_delivery" USING btree ("webhook_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_delivery_once" ON "webhook_delivery" USING btree ("bulk_action_id","webhook_id","occasion");--> statement-breakpoint
CREATE INDEX "webhook_delivery_settled" ON "webhook_delivery" USING btree ("settled_at");--> statement-breakpoint
CREATE INDEX "webhook_delivery_waiting" ON "webhook_delivery" USING btree ("next_attempt_at") WHERE "webhook_delivery"."state" = 'waiting';--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_waits" CHECK (("webhook_delivery"."state" = 'waiting') = ("webhook_delivery"."settled_at" is null));
