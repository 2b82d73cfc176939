"use server";
import { action } from "@/lib/action";
import { AddChannelInput, addChannel } from "@/lib/chat/add";
import { PauseChannelInput, pauseChannel } from "@/lib/chat/pause";
import { RemoveChannelInput, removeChannel } from "@/lib/chat/remove";
import { SetDecidingInput, setDeciding } from "@/lib/chat/set-deciding";
import { TestChannelInput, testChannel } from "@/lib/chat/test-channel";
import { UpdateChannelInput, updateChannel } from "@/lib/chat/update";

export const addChannelAction = action(AddChannelInput, addChannel);
export const pauseChannelAction = action(PauseChannelInput, pauseChannel);
export const removeChannelAction = action(RemoveChannelInput, removeChannel);
export const setDecidingAction = action(SetDecidingInput, setDeciding);
export const updateChannelAction = action(UpdateChannelInput, updateChannel);
export const testChannelAction = action(TestChannelInput, testChannel);
