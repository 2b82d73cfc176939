"use server";
import { action } from "@/lib/action";
import { PreviewNetworkInput, previewNetwork } from "@/lib/network/preview";
import { SetNetworkRuleInput, setNetworkRule } from "@/lib/network/set";
import { SetKeyNetworkInput, setKeyNetwork } from "@/lib/network/set-for-key";

export const saveRule = action(SetNetworkRuleInput, setNetworkRule);
export const saveKeyRule = action(SetKeyNetworkInput, setKeyNetwork);
export const preview = action(PreviewNetworkInput, previewNetwork);
