CREATE TABLE "source" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" integer NOT NULL,
	"root_id" integer NOT NULL,
	"name" text NOT NULL,
	"place" jsonb NOT NULL,
	"secret" text,
	"parts" jsonb NOT NULL,
	"schedule" jsonb NOT NULL,
	"readiness" jsonb NOT NULL,
	"row_count" jsonb,
	"fewer_rows_percent_max" integer,
	"set_wait_minutes" integer NOT NULL,
	"notify" text[] NOT NULL,
	"tells" text NOT NULL,
	"fresh_hours" integer,
	"by_person_id" bigint,
	"by_name" text,
	"paused_at" timestamp with time zone,
	"pause_reason" text,
	"paused_by_id" bigint,
	"paused_for_id" text collate "C",
	"asked_at" timestamp with time zone,
	"is_remaster_asked" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"scheduled_version" integer DEFAULT 0 NOT NULL,
	"removed_at" timestamp with time zone,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_looked_at" timestamp with time zone,
	"last_good_at" timestamp with time zone,
	"problem_code" text,
	"problem_message" text,
	"stale_since" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "source_paused" CHECK (("source"."paused_at" is null) = ("source"."pause_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "source_delivery" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"source_id" bigint NOT NULL,
	"stem" text NOT NULL,
	"state" text DEFAULT 'arriving' NOT NULL,
	"outcome" text,
	"problem_code" text,
	"problem_message" text,
	"part" integer DEFAULT 0 NOT NULL,
	"is_remaster" boolean DEFAULT false NOT NULL,
	"rows" integer,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	CONSTRAINT "source_delivery_state" CHECK ("source_delivery"."state" in ('arriving', 'taken', 'running', 'settling', 'ended')),
	CONSTRAINT "source_delivery_ended" CHECK (("source_delivery"."state" = 'ended') = ("source_delivery"."ended_at" is not null)),
	CONSTRAINT "source_delivery_outcome" CHECK ("source_delivery"."state" <> 'ended' or "source_delivery"."outcome" is not null)
);
--> statement-breakpoint
CREATE TABLE "source_file" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "source_file_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"delivery_id" bigint NOT NULL,
	"source_id" bigint NOT NULL,
	"part" integer NOT NULL,
	"pattern" integer NOT NULL,
	"name" text NOT NULL,
	"bytes" bigint NOT NULL,
	"modified_at" timestamp with time zone,
	"revision" text,
	"unchanged_since" timestamp with time zone DEFAULT now() NOT NULL,
	"sha256" text,
	"upload_id" text,
	"rows_told" integer,
	"bulk_action_id" text collate "C",
	"moved_to" text,
	"moved_as" text,
	"results_as" text,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "source_person" (
	"source_id" bigint NOT NULL,
	"person_id" bigint NOT NULL,
	CONSTRAINT "source_person_key" PRIMARY KEY("source_id","person_id")
);
--> statement-breakpoint
ALTER TABLE "outgoing_mail" ALTER COLUMN "bulk_action_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "source_id" bigint;--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "source_delivery_id" bigint;--> statement-breakpoint
ALTER TABLE "org_unit" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD COLUMN "source_id" bigint;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD COLUMN "occasion" text;--> statement-breakpoint
ALTER TABLE "site" ADD COLUMN "external_id" text;--> statement-breakpoint
ALTER TABLE "source" ADD CONSTRAINT "source_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_delivery" ADD CONSTRAINT "source_delivery_source_id_source_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."source"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_file" ADD CONSTRAINT "source_file_delivery_id_source_delivery_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."source_delivery"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "source_person" ADD CONSTRAINT "source_person_source_id_source_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."source"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "source_name" ON "source" USING btree ("site_id","name") WHERE "source"."removed_at" is null;--> statement-breakpoint
CREATE INDEX "source_delivery_of" ON "source_delivery" USING btree ("source_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "source_delivery_open" ON "source_delivery" USING btree ("source_id","stem") WHERE "source_delivery"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "source_file_of" ON "source_file" USING btree ("delivery_id");--> statement-breakpoint
CREATE UNIQUE INDEX "source_file_open" ON "source_file" USING btree ("source_id","name") WHERE "source_file"."settled_at" is null;--> statement-breakpoint
CREATE INDEX "source_file_run" ON "source_file" USING btree ("bulk_action_id") WHERE "source_file"."bulk_action_id" is not null;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD CONSTRAINT "outgoing_mail_source_id_source_id_fk" FOREIGN KEY ("source_id") REFERENCES "public"."source"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "bulk_action_source" ON "bulk_action" USING btree ("source_id","id") WHERE "bulk_action"."source_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "org_unit_external" ON "org_unit" USING btree ("site_id","external_id") WHERE "org_unit"."external_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "outgoing_mail_source_once" ON "outgoing_mail" USING btree ("source_id","what","occasion","to_address") WHERE "outgoing_mail"."source_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "site_external" ON "site" USING btree ("root_id","external_id") WHERE "site"."external_id" is not null;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD CONSTRAINT "outgoing_mail_about" CHECK (("outgoing_mail"."bulk_action_id" is null) <> ("outgoing_mail"."source_id" is null));--> statement-breakpoint
-- Whoever may do everything may do what is new as well: a role that permits all that there was is given the rest. All other
-- roles stay as they are.
UPDATE role
SET permissions = array(
  SELECT unnest(permissions)
  UNION
  SELECT unnest(ARRAY['sources:write'])
  ORDER BY 1
)
WHERE permissions @> ARRAY[
  'sites:read', 'sites:write', 'fields:write', 'org-units:write', 'presets:write', 'roles:write', 'keys:write',
  'people:read', 'people:create', 'people:update', 'people:archive', 'people:restore', 'people:anonymize',
  'people:delete', 'people:export', 'bulk-actions:read', 'bulk-actions:run', 'safeguards:write',
  'safeguards:override', 'audit:read', 'webhooks:write', 'photos:write', 'photos:review', 'cards:write',
  'invitations:write'
];
