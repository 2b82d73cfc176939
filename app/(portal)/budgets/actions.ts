"use server";
import { action } from "@/lib/action";
import { archiveBudget, ArchiveBudgetInput } from "@/lib/budgets/archive";
import { requestRaise, RequestRaiseInput } from "@/lib/budgets/request-raise";
import { setBudget, SetBudgetInput } from "@/lib/budgets/set";
import { setPrice, SetPriceInput } from "@/lib/budgets/set-price";

export const set = action(SetBudgetInput, setBudget);
export const archive = action(ArchiveBudgetInput, archiveBudget);
export const ask = action(RequestRaiseInput, requestRaise);
export const price = action(SetPriceInput, setPrice);
