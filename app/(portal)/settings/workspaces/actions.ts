"use server";
import { action } from "@/lib/action";
import { archiveProject, ArchiveProjectInput } from "@/lib/workspaces/archive-project";
import { archiveWorkspace, ArchiveWorkspaceInput } from "@/lib/workspaces/archive";
import { createProject, CreateProjectInput } from "@/lib/workspaces/create-project";
import { createWorkspace, CreateWorkspaceInput } from "@/lib/workspaces/create";

export const addWorkspace = action(CreateWorkspaceInput, createWorkspace);
export const closeWorkspace = action(ArchiveWorkspaceInput, archiveWorkspace);
export const addProject = action(CreateProjectInput, createProject);
export const closeProject = action(ArchiveProjectInput, archiveProject);
