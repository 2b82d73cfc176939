"use server";
import { action } from "@/lib/action";
import { createAgent, CreateAgentInput } from "@/lib/agents/create";
import { setAgentStatus, SetAgentStatusInput } from "@/lib/agents/set-status";
import { updateAgent, UpdateAgentInput } from "@/lib/agents/update";
import { updatePolicy, UpdatePolicyInput } from "@/lib/policies/update";
import { setAgentTemplate, SetAgentTemplateInput } from "@/lib/templates/set-of-agent";

export const create = action(CreateAgentInput, createAgent);
export const update = action(UpdateAgentInput, updateAgent);
export const setStatus = action(SetAgentStatusInput, setAgentStatus);
export const setTemplate = action(SetAgentTemplateInput, setAgentTemplate);
export const changePolicy = action(UpdatePolicyInput, updatePolicy);
