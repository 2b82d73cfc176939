"use server";
import { cookies } from "next/headers";
import { openAction } from "@/lib/action";
import { secondStepCookie } from "@/lib/auth/second-step-cookie";
import { OfferSecondStepInput, offerSecondStep } from "@/lib/mfa/offer-second-step";
import { SendSecondStepInput, sendSecondStep } from "@/lib/mfa/send-second-step";

const token = async () => (await cookies()).get(secondStepCookie().name)?.value ?? "";

export const offerSecondStepAction = openAction(OfferSecondStepInput, async (info) => offerSecondStep(info, await token()));
export const sendSecondStepAction = openAction(SendSecondStepInput, async (info, input) => sendSecondStep(info, await token(), input));
