"use server";
import { action } from "@/lib/action";
import { ConnectDirectoryInput, connectDirectory } from "@/lib/directory/connect";
import { DisconnectDirectoryInput, disconnectDirectory } from "@/lib/directory/disconnect";
import { PreviewMappingInput, previewMapping } from "@/lib/directory/preview-mapping";
import { ResolveConflictInput, resolveConflict } from "@/lib/directory/resolve-conflict";
import { RotateDirectoryTokenInput, rotateDirectoryToken } from "@/lib/directory/rotate-token";
import { SetMappingInput, setMapping } from "@/lib/directory/set-mapping";
import { UpdateDirectoryInput, updateDirectory } from "@/lib/directory/update";

export const connectDirectoryAction = action(ConnectDirectoryInput, connectDirectory);
export const rotateDirectoryTokenAction = action(RotateDirectoryTokenInput, rotateDirectoryToken);
export const updateDirectoryAction = action(UpdateDirectoryInput, updateDirectory);
export const disconnectDirectoryAction = action(DisconnectDirectoryInput, disconnectDirectory);
export const previewMappingAction = action(PreviewMappingInput, previewMapping);
export const setMappingAction = action(SetMappingInput, setMapping);
export const resolveConflictAction = action(ResolveConflictInput, resolveConflict);
