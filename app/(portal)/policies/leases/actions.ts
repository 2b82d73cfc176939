"use server";
import { action } from "@/lib/action";
import { GrantLeaseInput, grantLease } from "@/lib/leases/grant";
import { RevokeLeaseInput, revokeLease } from "@/lib/leases/revoke";

export const grantLeaseAction = action(GrantLeaseInput, grantLease);
export const revokeLeaseAction = action(RevokeLeaseInput, revokeLease);
