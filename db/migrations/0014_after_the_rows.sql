CREATE TABLE "bulk_selection" (
	"bulk_action_id" text collate "C" PRIMARY KEY NOT NULL,
	"query" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "follow_up" (
	"bulk_action_id" text collate "C" PRIMARY KEY NOT NULL,
	"site_id" integer NOT NULL,
	"root_id" integer NOT NULL,
	"state" text DEFAULT 'inviting' NOT NULL,
	"ended_because" text,
	"deadline_at" timestamp with time zone,
	"reminders_at" timestamp with time zone[],
	"reminders_sent" smallint DEFAULT 0 NOT NULL,
	"counts" jsonb,
	"counted_at" timestamp with time zone,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"closed_by_id" bigint,
	CONSTRAINT "follow_up_state" CHECK ("follow_up"."state" in ('inviting', 'waiting', 'ended')),
	CONSTRAINT "follow_up_ended" CHECK (("follow_up"."state" = 'ended') = ("follow_up"."ended_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "invitation" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invitation_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bulk_action_id" text collate "C",
	"person_id" bigint NOT NULL,
	"site_id" integer NOT NULL,
	"root_id" integer NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"by_person_id" bigint,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	"done_at" timestamp with time zone,
	CONSTRAINT "invitation_state" CHECK ("invitation"."state" in ('open', 'answered', 'done', 'closed'))
);
--> statement-breakpoint
CREATE TABLE "invitation_mail" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "invitation_mail_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"invitation_id" bigint NOT NULL,
	"number" smallint NOT NULL,
	"what" text NOT NULL,
	"photo_id" text,
	"state" text DEFAULT 'waiting' NOT NULL,
	"token_hash" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"claimed_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	"smtp_code" text,
	CONSTRAINT "invitation_mail_state" CHECK ("invitation_mail"."state" in ('waiting', 'sending', 'sent', 'bounced', 'unsure', 'dropped'))
);
--> statement-breakpoint
CREATE TABLE "invitation_settings" (
	"site_id" integer PRIMARY KEY NOT NULL,
	"office" text,
	"reply_to" text,
	"logo_file_key" text,
	"logo_media_type" text,
	"link_days" smallint,
	"reminder_days" smallint[],
	"deadline_days" smallint,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "invitation_text" (
	"site_id" integer NOT NULL,
	"language" text NOT NULL,
	"what" text NOT NULL,
	"subject" text NOT NULL,
	"text" text NOT NULL,
	CONSTRAINT "invitation_text_key" PRIMARY KEY("site_id","language","what")
);
--> statement-breakpoint
CREATE TABLE "mail_stop" (
	"person_id" bigint NOT NULL,
	"reason" text NOT NULL,
	"email_key" text,
	"smtp_code" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mail_stop_key" PRIMARY KEY("person_id","reason"),
	CONSTRAINT "mail_stop_reason" CHECK ("mail_stop"."reason" in ('bounced', 'unsubscribed'))
);
--> statement-breakpoint
CREATE TABLE "bulk_photo" (
	"bulk_action_id" text collate "C" NOT NULL,
	"row_number" integer NOT NULL,
	"photo_id" text NOT NULL,
	"media_type" text NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text NOT NULL,
	"width" integer NOT NULL,
	"height" integer NOT NULL,
	"checks" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bulk_photo_key" PRIMARY KEY("bulk_action_id","row_number")
);
--> statement-breakpoint
ALTER TABLE "card" DROP CONSTRAINT "card_status";--> statement-breakpoint
DROP INDEX "card_number";--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "issued_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "ended_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "revoked_because" text;--> statement-breakpoint
ALTER TABLE "card" ADD COLUMN "replaces_id" bigint;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "state" text DEFAULT 'approved' NOT NULL;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "width" integer;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "height" integer;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "checks" jsonb;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "crop" jsonb;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "bulk_action_id" text collate "C";--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "invitation_id" bigint;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "by_person_id" bigint;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "decided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "decided_by_id" bigint;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "decline_reasons" text[];--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "photo" ADD COLUMN "replaced_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "follow_up" ADD CONSTRAINT "follow_up_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_mail" ADD CONSTRAINT "invitation_mail_invitation_id_invitation_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."invitation"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_settings" ADD CONSTRAINT "invitation_settings_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_text" ADD CONSTRAINT "invitation_text_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_stop" ADD CONSTRAINT "mail_stop_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "follow_up_open" ON "follow_up" USING btree ("started_at") WHERE "follow_up"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "follow_up_site" ON "follow_up" USING btree ("site_id","started_at");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_of_run" ON "invitation" USING btree ("bulk_action_id","person_id");--> statement-breakpoint
CREATE INDEX "invitation_person" ON "invitation" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "invitation_site" ON "invitation" USING btree ("site_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_mail_number" ON "invitation_mail" USING btree ("invitation_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "invitation_mail_token" ON "invitation_mail" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitation_mail_waiting" ON "invitation_mail" USING btree ("due_at") WHERE "invitation_mail"."state" in ('waiting', 'sending');--> statement-breakpoint
CREATE INDEX "card_site" ON "card" USING btree ("site_id","id");--> statement-breakpoint
CREATE INDEX "card_run" ON "card" USING btree ("bulk_action_id") WHERE "card"."bulk_action_id" is not null;--> statement-breakpoint
CREATE INDEX "card_expiring" ON "card" USING btree ("valid_until") WHERE "card"."status" in ('pending', 'issued');--> statement-breakpoint
CREATE UNIQUE INDEX "photo_current" ON "photo" USING btree ("person_id") WHERE "photo"."kind" = 'cardholder' and "photo"."state" = 'approved';--> statement-breakpoint
CREATE UNIQUE INDEX "photo_waiting" ON "photo" USING btree ("person_id") WHERE "photo"."kind" = 'cardholder' and "photo"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "photo_queue" ON "photo" USING btree ("site_id","created_at") WHERE "photo"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "photo_run" ON "photo" USING btree ("bulk_action_id") WHERE "photo"."bulk_action_id" is not null;--> statement-breakpoint
CREATE INDEX "photo_replaced" ON "photo" USING btree ("replaced_at") WHERE "photo"."state" in ('replaced', 'declined');--> statement-breakpoint
CREATE UNIQUE INDEX "card_number" ON "card" USING btree ("root_id","number") WHERE "card"."status" in ('pending', 'issued');--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_ended" CHECK (("card"."status" in ('revoked', 'expired')) = ("card"."ended_at" is not null));--> statement-breakpoint
ALTER TABLE "card" ADD CONSTRAINT "card_status" CHECK ("card"."status" in ('pending', 'issued', 'revoked', 'expired'));--> statement-breakpoint
ALTER TABLE "photo" ADD CONSTRAINT "photo_state" CHECK ("photo"."state" in ('waiting', 'approved', 'declined', 'replaced'));--> statement-breakpoint
-- Whoever may do everything may do what is new as well: a role that permits all that there was is given the rest. All other
-- roles stay as they are.
UPDATE role
SET permissions = array(
  SELECT unnest(permissions)
  UNION
  SELECT unnest(ARRAY['photos:write', 'photos:review', 'cards:write', 'invitations:write'])
  ORDER BY 1
)
WHERE permissions @> ARRAY[
  'sites:read', 'sites:write', 'fields:write', 'org-units:write', 'presets:write', 'roles:write', 'keys:write',
  'people:read', 'people:create', 'people:update', 'people:archive', 'people:restore', 'people:anonymize',
  'people:delete', 'people:export', 'bulk-actions:read', 'bulk-actions:run', 'safeguards:write',
  'safeguards:override', 'audit:read', 'webhooks:write'
];
