"use server";
import { action } from "@/lib/action";
import { RequestEmailInput, requestEmail } from "@/lib/people/request-email";

export const requestEmailAction = action(RequestEmailInput, requestEmail);
