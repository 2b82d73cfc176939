import { createSocket } from "node:dgram";
import { once } from "node:events";
import { isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/** A name server on this machine for tests (RFC 1035): it answers each question for addresses with what it is told just then. */
export async function nameServer(answer: (name: string, asked: number) => readonly string[]) {
  let asked = 0;
  const socket = createSocket("udp4");
  socket.on("message", (message, { address, port }) => {
    const { name, type, end } = question(message);
    if (type === 1) asked++;
    const found = answer(name, asked).filter((one) => type === (isIPv4(one) ? 1 : 28));
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(0x8580, 2);
    head.writeUInt16BE(found.length, 6);
    head.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([head, message.subarray(12, end), ...found.map((one) => record(type, one))]), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return { address: `127.0.0.1:${socket.address().port}`, stop: () => void socket.close() };
}

function question(message: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = message.readUInt8(at); size > 0; size = message.readUInt8(at)) {
    labels.push(message.subarray(at + 1, at + 1 + size).toString("latin1"));
    at += size + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** One that may not be kept: the next question may have another answer. */
function record(type: number, address: string): Buffer {
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray());
  return Buffer.concat([Buffer.from([0xc0, 0x0c, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length]), bytes]);
}
