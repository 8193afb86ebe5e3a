export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      action_points: {
        Row: {
          application_id: string;
          completed_at: string | null;
          created_at: string;
          details: string;
          due_on: string | null;
          id: string;
          position: number;
          priority: number;
          status: Database["public"]["Enums"]["action_status"];
          title: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id: string;
          completed_at?: string | null;
          created_at?: string;
          details?: string;
          due_on?: string | null;
          id?: string;
          position?: number;
          priority?: number;
          status?: Database["public"]["Enums"]["action_status"];
          title: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          application_id?: string;
          completed_at?: string | null;
          created_at?: string;
          details?: string;
          due_on?: string | null;
          id?: string;
          position?: number;
          priority?: number;
          status?: Database["public"]["Enums"]["action_status"];
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "action_points_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      answers: {
        Row: {
          application_id: string | null;
          created_at: string;
          id: string;
          organisation: string;
          requirement: string;
          text: string;
          title: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id?: string | null;
          created_at?: string;
          id?: string;
          organisation?: string;
          requirement: string;
          text: string;
          title?: string;
          user_id?: string;
        };
        Update: {
          application_id?: string | null;
          created_at?: string;
          id?: string;
          organisation?: string;
          requirement?: string;
          text?: string;
          title?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "answers_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      application_status_changes: {
        Row: {
          application_id: string;
          at: string;
          from_status: Database["public"]["Enums"]["application_status"] | null;
          ordinal: number;
          to_status: Database["public"]["Enums"]["application_status"];
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id: string;
          at?: string;
          from_status?: Database["public"]["Enums"]["application_status"] | null;
          ordinal: number;
          to_status: Database["public"]["Enums"]["application_status"];
          user_id: string;
        };
        Update: {
          application_id?: string;
          at?: string;
          from_status?: Database["public"]["Enums"]["application_status"] | null;
          ordinal?: number;
          to_status?: Database["public"]["Enums"]["application_status"];
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "application_status_changes_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      applications: {
        Row: {
          applied_at: string | null;
          company: string;
          created_at: string;
          id: string;
          job_offer_id: string | null;
          notes: string;
          revision: number;
          status: Database["public"]["Enums"]["application_status"];
          title: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          applied_at?: string | null;
          company?: string;
          created_at?: string;
          id?: string;
          job_offer_id?: string | null;
          notes?: string;
          revision?: number;
          status?: Database["public"]["Enums"]["application_status"];
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          applied_at?: string | null;
          company?: string;
          created_at?: string;
          id?: string;
          job_offer_id?: string | null;
          notes?: string;
          revision?: number;
          status?: Database["public"]["Enums"]["application_status"];
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "applications_user_id_job_offer_id_fkey";
            columns: ["user_id", "job_offer_id"];
            isOneToOne: false;
            referencedRelation: "job_offers";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      communications: {
        Row: {
          application_id: string;
          body: string;
          channel: Database["public"]["Enums"]["communication_channel"];
          content: Json | null;
          counterpart: string;
          created_at: string;
          direction: Database["public"]["Enums"]["communication_direction"];
          id: string;
          kind: Database["public"]["Enums"]["communication_kind"];
          occurred_at: string | null;
          run_id: string | null;
          status: Database["public"]["Enums"]["communication_status"];
          subject: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id: string;
          body?: string;
          channel: Database["public"]["Enums"]["communication_channel"];
          content?: Json | null;
          counterpart?: string;
          created_at?: string;
          direction: Database["public"]["Enums"]["communication_direction"];
          id?: string;
          kind?: Database["public"]["Enums"]["communication_kind"];
          occurred_at?: string | null;
          run_id?: string | null;
          status?: Database["public"]["Enums"]["communication_status"];
          subject?: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          application_id?: string;
          body?: string;
          channel?: Database["public"]["Enums"]["communication_channel"];
          content?: Json | null;
          counterpart?: string;
          created_at?: string;
          direction?: Database["public"]["Enums"]["communication_direction"];
          id?: string;
          kind?: Database["public"]["Enums"]["communication_kind"];
          occurred_at?: string | null;
          run_id?: string | null;
          status?: Database["public"]["Enums"]["communication_status"];
          subject?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "communications_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
          {
            foreignKeyName: "communications_user_id_run_id_fkey";
            columns: ["user_id", "run_id"];
            isOneToOne: false;
            referencedRelation: "generation_runs";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      cv_versions: {
        Row: {
          app_version: string;
          base_cv: NonNullable<Json>;
          changes: NonNullable<Json>;
          content: NonNullable<Json>;
          content_sha256: string;
          created_at: string;
          cv_id: string;
          engine: string;
          feedback: string;
          match_report: NonNullable<Json>;
          models: string[];
          parent_version: number | null;
          prompt_versions: NonNullable<Json>;
          run_id: string | null;
          theme: string;
          user_id: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          app_version?: string;
          base_cv: NonNullable<Json>;
          changes?: NonNullable<Json>;
          content: NonNullable<Json>;
          content_sha256: string;
          created_at?: string;
          cv_id: string;
          engine?: string;
          feedback?: string;
          match_report: NonNullable<Json>;
          models?: string[];
          parent_version?: number | null;
          prompt_versions?: NonNullable<Json>;
          run_id?: string | null;
          theme?: string;
          user_id?: string;
          version: number;
        };
        Update: {
          app_version?: string;
          base_cv?: NonNullable<Json>;
          changes?: NonNullable<Json>;
          content?: NonNullable<Json>;
          content_sha256?: string;
          created_at?: string;
          cv_id?: string;
          engine?: string;
          feedback?: string;
          match_report?: NonNullable<Json>;
          models?: string[];
          parent_version?: number | null;
          prompt_versions?: NonNullable<Json>;
          run_id?: string | null;
          theme?: string;
          user_id?: string;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: "cv_versions_user_id_cv_id_fkey";
            columns: ["user_id", "cv_id"];
            isOneToOne: false;
            referencedRelation: "cvs";
            referencedColumns: ["user_id", "id"];
          },
          {
            foreignKeyName: "cv_versions_user_id_cv_id_parent_version_fkey";
            columns: ["user_id", "cv_id", "parent_version"];
            isOneToOne: false;
            referencedRelation: "cv_versions";
            referencedColumns: ["user_id", "cv_id", "version"];
          },
          {
            foreignKeyName: "cv_versions_user_id_run_id_fkey";
            columns: ["user_id", "run_id"];
            isOneToOne: false;
            referencedRelation: "generation_runs";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      cvs: {
        Row: {
          application_id: string | null;
          created_at: string;
          current_version: number | null;
          id: string;
          title: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id?: string | null;
          created_at?: string;
          current_version?: number | null;
          id?: string;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          application_id?: string | null;
          created_at?: string;
          current_version?: number | null;
          id?: string;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "cvs_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
          {
            foreignKeyName: "cvs_user_id_id_current_version_fkey";
            columns: ["user_id", "id", "current_version"];
            isOneToOne: false;
            referencedRelation: "cv_versions";
            referencedColumns: ["user_id", "cv_id", "version"];
          },
        ];
      };
      documents: {
        Row: {
          created_at: string;
          cv_id: string;
          id: string;
          kind: Database["public"]["Enums"]["document_kind"];
          media_type: string;
          name: string;
          page: number | null;
          path: string;
          sha256: string;
          size_bytes: number;
          user_id: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          cv_id: string;
          id?: string;
          kind: Database["public"]["Enums"]["document_kind"];
          media_type: string;
          name: string;
          page?: number | null;
          path: string;
          sha256: string;
          size_bytes: number;
          user_id?: string;
          version: number;
        };
        Update: {
          created_at?: string;
          cv_id?: string;
          id?: string;
          kind?: Database["public"]["Enums"]["document_kind"];
          media_type?: string;
          name?: string;
          page?: number | null;
          path?: string;
          sha256?: string;
          size_bytes?: number;
          user_id?: string;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: "documents_user_id_cv_id_version_fkey";
            columns: ["user_id", "cv_id", "version"];
            isOneToOne: false;
            referencedRelation: "cv_versions";
            referencedColumns: ["user_id", "cv_id", "version"];
          },
        ];
      };
      generation_events: {
        Row: {
          at: string;
          key: string;
          payload: NonNullable<Json>;
          percent: number;
          run_id: string;
          sequence: number;
          step_count: number;
          step_index: number;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          at: string;
          key: string;
          payload: NonNullable<Json>;
          percent: number;
          run_id: string;
          sequence: number;
          step_count: number;
          step_index?: number;
          user_id?: string;
        };
        Update: {
          at?: string;
          key?: string;
          payload?: NonNullable<Json>;
          percent?: number;
          run_id?: string;
          sequence?: number;
          step_count?: number;
          step_index?: number;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "generation_events_user_id_run_id_fkey";
            columns: ["user_id", "run_id"];
            isOneToOne: false;
            referencedRelation: "generation_runs";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      generation_runs: {
        Row: {
          application_id: string;
          created_at: string;
          error_message: string;
          error_reason: string;
          finished_at: string | null;
          first_sequence: number;
          id: string;
          last_sequence: number;
          percent: number;
          request: NonNullable<Json>;
          request_id: string;
          request_sha256: string;
          state: Database["public"]["Enums"]["run_state"];
          step_index: number;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          application_id: string;
          created_at?: string;
          error_message?: string;
          error_reason?: string;
          finished_at?: string | null;
          first_sequence?: number;
          id?: string;
          last_sequence?: number;
          percent?: number;
          request: NonNullable<Json>;
          request_id: string;
          request_sha256: string;
          state?: Database["public"]["Enums"]["run_state"];
          step_index?: number;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          application_id?: string;
          created_at?: string;
          error_message?: string;
          error_reason?: string;
          finished_at?: string | null;
          first_sequence?: number;
          id?: string;
          last_sequence?: number;
          percent?: number;
          request?: NonNullable<Json>;
          request_id?: string;
          request_sha256?: string;
          state?: Database["public"]["Enums"]["run_state"];
          step_index?: number;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "generation_runs_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: false;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      job_offers: {
        Row: {
          closes_on: string | null;
          company: string;
          content: NonNullable<Json>;
          created_at: string;
          id: string;
          language: string;
          location: string;
          posting: string;
          posting_sha256: string | null;
          source_url: string | null;
          title: string;
          updated_at: string;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          closes_on?: string | null;
          company?: string;
          content?: NonNullable<Json>;
          created_at?: string;
          id?: string;
          language?: string;
          location?: string;
          posting?: string;
          posting_sha256?: string | null;
          source_url?: string | null;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Update: {
          closes_on?: string | null;
          company?: string;
          content?: NonNullable<Json>;
          created_at?: string;
          id?: string;
          language?: string;
          location?: string;
          posting?: string;
          posting_sha256?: string | null;
          source_url?: string | null;
          title?: string;
          updated_at?: string;
          user_id?: string;
        };
        Relationships: [];
      };
      model_calls: {
        Row: {
          agent: string;
          cost_usd: number | null;
          created_at: string;
          duration_ms: number;
          id: string;
          input_tokens: number;
          model: string;
          ordinal: number;
          output_tokens: number;
          run_id: string | null;
          user_id: string;
        };
        ComputedFields: never;
        Insert: {
          agent: string;
          cost_usd?: number | null;
          created_at?: string;
          duration_ms: number;
          id?: string;
          input_tokens: number;
          model: string;
          ordinal: number;
          output_tokens: number;
          run_id?: string | null;
          user_id?: string;
        };
        Update: {
          agent?: string;
          cost_usd?: number | null;
          created_at?: string;
          duration_ms?: number;
          id?: string;
          input_tokens?: number;
          model?: string;
          ordinal?: number;
          output_tokens?: number;
          run_id?: string | null;
          user_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: "model_calls_user_id_run_id_fkey";
            columns: ["user_id", "run_id"];
            isOneToOne: false;
            referencedRelation: "generation_runs";
            referencedColumns: ["user_id", "id"];
          },
        ];
      };
      submissions: {
        Row: {
          app_version: string;
          application_id: string;
          changes: NonNullable<Json>;
          cv_id: string | null;
          documents: NonNullable<Json>;
          engine: string;
          messages: NonNullable<Json>;
          models: string[];
          offer: NonNullable<Json>;
          prompt_versions: NonNullable<Json>;
          submitted_at: string;
          user_id: string;
          version: number | null;
        };
        ComputedFields: never;
        Insert: {
          app_version: string;
          application_id: string;
          changes: NonNullable<Json>;
          cv_id?: string | null;
          documents: NonNullable<Json>;
          engine: string;
          messages: NonNullable<Json>;
          models: string[];
          offer: NonNullable<Json>;
          prompt_versions: NonNullable<Json>;
          submitted_at?: string;
          user_id: string;
          version?: number | null;
        };
        Update: {
          app_version?: string;
          application_id?: string;
          changes?: NonNullable<Json>;
          cv_id?: string | null;
          documents?: NonNullable<Json>;
          engine?: string;
          messages?: NonNullable<Json>;
          models?: string[];
          offer?: NonNullable<Json>;
          prompt_versions?: NonNullable<Json>;
          submitted_at?: string;
          user_id?: string;
          version?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: "submissions_user_id_application_id_fkey";
            columns: ["user_id", "application_id"];
            isOneToOne: true;
            referencedRelation: "applications";
            referencedColumns: ["user_id", "id"];
          },
          {
            foreignKeyName: "submissions_user_id_cv_id_version_fkey";
            columns: ["user_id", "cv_id", "version"];
            isOneToOne: false;
            referencedRelation: "cv_versions";
            referencedColumns: ["user_id", "cv_id", "version"];
          },
        ];
      };
    };
    Views: {
      [_ in never]: never;
    };
    Functions: {
      [_ in never]: never;
    };
    Enums: {
      action_status: "open" | "in_progress" | "done" | "dismissed";
      application_status:
        | "generating"
        | "failed"
        | "cancelled"
        | "draft"
        | "ready"
        | "submitted"
        | "interviewing"
        | "offer"
        | "accepted"
        | "rejected"
        | "withdrawn"
        | "archived";
      communication_channel: "email" | "phone" | "linkedin" | "portal" | "in_person" | "other";
      communication_direction: "inbound" | "outbound";
      communication_kind: "message" | "letter" | "email";
      communication_status: "draft" | "sent" | "received";
      document_kind:
        "cv_pdf" | "cv_page_png" | "cv_typst" | "cv_yaml" | "match_report" | "cover_letter" | "email";
      run_state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
    };
    CompositeTypes: {
      [_ in never]: never;
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, "__InternalSupabase">;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    keyof (DefaultSchema["Tables"] & DefaultSchema["Views"]) | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema["Tables"] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
    ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema["Enums"] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
    ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema["CompositeTypes"] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
    ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      action_status: ["open", "in_progress", "done", "dismissed"],
      application_status: [
        "generating",
        "failed",
        "cancelled",
        "draft",
        "ready",
        "submitted",
        "interviewing",
        "offer",
        "accepted",
        "rejected",
        "withdrawn",
        "archived",
      ],
      communication_channel: ["email", "phone", "linkedin", "portal", "in_person", "other"],
      communication_direction: ["inbound", "outbound"],
      communication_kind: ["message", "letter", "email"],
      communication_status: ["draft", "sent", "received"],
      document_kind: [
        "cv_pdf",
        "cv_page_png",
        "cv_typst",
        "cv_yaml",
        "match_report",
        "cover_letter",
        "email",
      ],
      run_state: ["queued", "running", "succeeded", "failed", "cancelled"],
    },
  },
} as const;
