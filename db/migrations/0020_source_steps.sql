ALTER TABLE "source" ADD COLUMN "sync_workflow_id" text;
--> statement-breakpoint
ALTER TABLE "source" ADD COLUMN "pause_note" text;
--> statement-breakpoint
ALTER TABLE "source" ADD COLUMN "parts_changed_at" timestamp with time zone DEFAULT now() NOT NULL;
--> statement-breakpoint
ALTER TABLE "source_file" ADD COLUMN "rows" integer;
--> statement-breakpoint
-- A part of a delivery is run once, whoever owns the source by then.
CREATE UNIQUE INDEX "bulk_action_of_delivery" ON "bulk_action" ("source_delivery_id", "idempotency_key")
  WHERE "source_delivery_id" IS NOT NULL;
--> statement-breakpoint
-- What was taken and is not dealt with yet keeps its content.
CREATE INDEX "source_file_upload" ON "source_file" ("upload_id") WHERE "upload_id" IS NOT NULL AND "settled_at" IS NULL;
