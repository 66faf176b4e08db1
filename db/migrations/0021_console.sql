CREATE TABLE "admin_profile" (
	"person_id" bigint PRIMARY KEY NOT NULL,
	"language" text,
	"color_scheme" text,
	"has_single_keys" boolean DEFAULT true NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "people_view" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "people_view_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"site_id" integer NOT NULL,
	"by_person_id" bigint,
	"name" text NOT NULL,
	"view" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "seen_run" (
	"person_id" bigint NOT NULL,
	"bulk_action_id" text collate "C" NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "seen_run_key" PRIMARY KEY("person_id","bulk_action_id")
);
--> statement-breakpoint
CREATE TABLE "import_draft" (
	"id" text PRIMARY KEY NOT NULL,
	"site_id" integer NOT NULL,
	"by_person_id" bigint NOT NULL,
	"settings" jsonb NOT NULL,
	"upload_ids" text[] DEFAULT '{}' NOT NULL,
	"bulk_action_id" text collate "C",
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "remembered_answers" (
	"site_id" integer NOT NULL,
	"preset" text NOT NULL,
	"answers" jsonb NOT NULL,
	"by_person_id" bigint,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "remembered_answers_key" PRIMARY KEY("site_id","preset")
);
--> statement-breakpoint
CREATE TABLE "oidc_identity" (
	"issuer" text NOT NULL,
	"subject" text NOT NULL,
	"person_id" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "oidc_identity_key" PRIMARY KEY("issuer","subject")
);
--> statement-breakpoint
CREATE TABLE "oidc_sign_in" (
	"state_hash" text PRIMARY KEY NOT NULL,
	"code_verifier" text NOT NULL,
	"nonce" text NOT NULL,
	"return_to" text NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bulk_row" ADD COLUMN "mended" jsonb;--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "admin_profile" ADD CONSTRAINT "admin_profile_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people_view" ADD CONSTRAINT "people_view_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "people_view" ADD CONSTRAINT "people_view_by_person_id_person_id_fk" FOREIGN KEY ("by_person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seen_run" ADD CONSTRAINT "seen_run_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_draft" ADD CONSTRAINT "import_draft_by_person_id_person_id_fk" FOREIGN KEY ("by_person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remembered_answers" ADD CONSTRAINT "remembered_answers_site_id_site_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."site"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "oidc_identity" ADD CONSTRAINT "oidc_identity_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "people_view_site" ON "people_view" USING btree ("site_id");--> statement-breakpoint
CREATE INDEX "people_view_owner" ON "people_view" USING btree ("by_person_id");--> statement-breakpoint
CREATE INDEX "seen_run_run" ON "seen_run" USING btree ("bulk_action_id");--> statement-breakpoint
CREATE INDEX "import_draft_owner" ON "import_draft" USING btree ("by_person_id","updated_at");--> statement-breakpoint
CREATE INDEX "import_draft_run" ON "import_draft" USING btree ("bulk_action_id");--> statement-breakpoint
CREATE INDEX "oidc_identity_person" ON "oidc_identity" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "oidc_sign_in_expiry" ON "oidc_sign_in" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "bulk_row_mended" ON "bulk_row" USING btree ("bulk_action_id","row_number") WHERE "bulk_row"."mended" is not null;