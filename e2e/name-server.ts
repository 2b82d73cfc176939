import { createSocket } from "node:dgram";
import { once } from "node:events";

/** The end of the question in a DNS message (RFC 1035, 4.1.2), and the name that it asks for. */
function question(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = message.readUInt8(at); size > 0; size = message.readUInt8(at)) {
    labels.push(message.subarray(at + 1, at + 1 + size).toString("latin1"));
    at += size + 1;
  }
  return { name: labels.join(".").toLowerCase(), end: at + 5 };
}

/** A name server where the installation under test asks: it knows the TXT records that it is given, and no others. */
export async function nameServer() {
  const records = new Map<string, string>();
  const socket = createSocket("udp4");
  socket.on("message", (message, { address, port }) => {
    const { name, end } = question(message);
    const text = Buffer.from(records.get(name) ?? "");
    const isKnown = records.has(name);
    const head = Buffer.from(message.subarray(0, 12));
    head.writeUInt16BE(isKnown ? 0x8580 : 0x8583, 2);
    head.writeUInt16BE(isKnown ? 1 : 0, 6);
    head.writeUInt32BE(0, 8);
    const record = Buffer.from([0xc0, 0x0c, 0, 16, 0, 1, 0, 0, 0, 1, 0, text.length + 1, text.length]);
    socket.send(Buffer.concat([head, message.subarray(12, end), ...(isKnown ? [record, text] : [])]), port, address);
  });
  socket.bind(Number(process.env.DNS_SERVER?.split(":")[1]), "127.0.0.1");
  await once(socket, "listening");
  return { records, stop: () => socket.close() };
}
