"use server";
import { action } from "@/lib/action";
import { ConnectDirectoryInput, connectDirectory } from "@/lib/directory/connect";
import { DisconnectDirectoryInput, disconnectDirectory } from "@/lib/directory/disconnect";
import { PreviewGroupMappingInput, previewGroupMapping } from "@/lib/directory/preview-group-mapping";
import { ResolveConflictInput, resolveConflict } from "@/lib/directory/resolve-conflict";
import { RotateDirectoryTokenInput, rotateDirectoryToken } from "@/lib/directory/rotate-token";
import { SetGroupMappingInput, setGroupMapping } from "@/lib/directory/set-group-mapping";
import { UpdateDirectoryInput, updateDirectory } from "@/lib/directory/update";

export const connectDirectoryAction = action(ConnectDirectoryInput, connectDirectory);
export const rotateDirectoryTokenAction = action(RotateDirectoryTokenInput, rotateDirectoryToken);
export const updateDirectoryAction = action(UpdateDirectoryInput, updateDirectory);
export const disconnectDirectoryAction = action(DisconnectDirectoryInput, disconnectDirectory);
export const previewGroupMappingAction = action(PreviewGroupMappingInput, previewGroupMapping);
export const setGroupMappingAction = action(SetGroupMappingInput, setGroupMapping);
export const resolveConflictAction = action(ResolveConflictInput, resolveConflict);
