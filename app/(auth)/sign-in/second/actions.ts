"use server";
import { cookies } from "next/headers";
import { openAction } from "@/lib/action";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { OfferSecondStepInput, offerSecondStep } from "@/lib/mfa/offer-second-step";

export const offerSecondStepAction = openAction(OfferSecondStepInput, async (info) => offerSecondStep(info, (await cookies()).get(secondStepCookie().name)?.value ?? ""));
