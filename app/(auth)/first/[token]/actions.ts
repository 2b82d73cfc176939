"use server";
import { openAction } from "@/lib/action";
import { CreateFirstAdminInput, createFirstAdmin } from "@/lib/auth/first-admin";

export const createFirstAdminAction = openAction(CreateFirstAdminInput, createFirstAdmin);
