CREATE TABLE "audit_event" (
	"root_id" integer NOT NULL,
	"seq" bigint NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"site_id" integer,
	"by_person_id" bigint,
	"what" text NOT NULL,
	"bulk_action_id" text collate "C",
	"subject" text,
	"subject_id" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_event_key" PRIMARY KEY("root_id","seq")
);
--> statement-breakpoint
CREATE TABLE "audit_head" (
	"root_id" integer PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "consent" (
	"bulk_action_id" text collate "C" NOT NULL,
	"round" integer NOT NULL,
	"what" text NOT NULL,
	"by_person_id" bigint NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "consent_key" PRIMARY KEY("bulk_action_id","round","what")
);
--> statement-breakpoint
CREATE TABLE "planned_change" (
	"bulk_action_id" text collate "C" NOT NULL,
	"round" integer NOT NULL,
	"row_number" integer NOT NULL,
	"phase" text NOT NULL,
	"person_id" bigint,
	"before" jsonb,
	"after" jsonb,
	CONSTRAINT "planned_change_key" PRIMARY KEY("bulk_action_id","round","row_number")
);
--> statement-breakpoint
CREATE TABLE "safeguard" (
	"site_id" integer PRIMARY KEY NOT NULL,
	"limits" jsonb,
	"approvals" text[],
	"grace_minutes" double precision,
	"sticky_fields" text[],
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "webhook_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" integer NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"secret" text NOT NULL,
	"is_enabled" boolean DEFAULT true NOT NULL,
	"disabled_reason" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_delivery" (
	"id" text PRIMARY KEY NOT NULL,
	"webhook_id" bigint NOT NULL,
	"event" text NOT NULL,
	"bulk_action_id" text collate "C" NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_status" integer,
	"last_error" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "webhook_delivery_state" CHECK ("webhook_delivery"."state" in ('waiting', 'delivered', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "bulk_action" DROP CONSTRAINT "bulk_action_state";--> statement-breakpoint
DROP INDEX "outgoing_mail_once";--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "undoes_id" text collate "C";--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "ask_round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "ask" jsonb;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "ask_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "planned" jsonb;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "paused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "paused_by_id" bigint;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "cancel_reason" text;--> statement-breakpoint
ALTER TABLE "bulk_row" ADD COLUMN "person_id" bigint;--> statement-breakpoint
ALTER TABLE "bulk_row" ADD COLUMN "kept" jsonb;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD COLUMN "round" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "person" ADD COLUMN "hand_edited" text[];--> statement-breakpoint
ALTER TABLE "site" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "safeguard" ADD CONSTRAINT "safeguard_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_webhook_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhook"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_event_run" ON "audit_event" USING btree ("bulk_action_id") WHERE "audit_event"."bulk_action_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_event_at" ON "audit_event" USING btree ("root_id","at");--> statement-breakpoint
CREATE INDEX "planned_change_person" ON "planned_change" USING btree ("person_id") WHERE "planned_change"."person_id" is not null;--> statement-breakpoint
CREATE INDEX "webhook_site" ON "webhook" USING btree ("site_id");--> statement-breakpoint
CREATE INDEX "webhook_delivery_of" ON "webhook_delivery" USING btree ("webhook_id","created_at");--> statement-breakpoint
CREATE INDEX "webhook_delivery_waiting" ON "webhook_delivery" USING btree ("created_at") WHERE "webhook_delivery"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "person_hand_edited" ON "person" USING btree ("site_id") WHERE "person"."hand_edited" is not null;--> statement-breakpoint
CREATE INDEX "person_history_at" ON "person_history" USING brin ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "outgoing_mail_once" ON "outgoing_mail" USING btree ("bulk_action_id","what","round","to_address");--> statement-breakpoint
ALTER TABLE "bulk_action" ADD CONSTRAINT "bulk_action_state" CHECK ("bulk_action"."state" in ('staging', 'checking', 'awaiting-confirmation', 'awaiting-approval', 'grace-period', 'queued', 'applying', 'completed', 'rejected', 'cancelled'));