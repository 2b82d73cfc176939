import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ATTEMPTS, gains } from "../testing/attempts";
import { runscMissing } from "../testing/needs-runsc";
import { STARTS, useSandbox } from "../testing/sandbox";

/** Everything that listens on this host for the test, and whether anyone came. */
async function listeners(folder: string) {
  let visits = 0;
  const servers: Server[] = [];
  const listen = async (options: Parameters<Server["listen"]>[0]) => {
    const server = createServer((socket) => {
      visits++;
      socket.end("reached");
    });
    server.listen(options);
    await once(server, "listening");
    servers.push(server);
    return server;
  };
  const tcp = await listen({ host: "0.0.0.0", port: 0 });
  const abstract = `countersign-test-${randomUUID()}`;
  await listen({ path: `\0${abstract}` });
  const file = path.join(folder, "host.sock");
  await listen({ path: file });
  const udp = createSocket("udp4", () => void visits++);
  udp.bind(0, "0.0.0.0");
  await once(udp, "listening");
  return {
    tcpPort: (tcp.address() as AddressInfo).port,
    udpPort: udp.address().port,
    abstract,
    file,
    visits: () => visits,
    close: () => {
      for (const server of servers) server.close();
      udp.close();
    },
  };
}

describe.skipIf(runscMissing).each(STARTS)("a program that wants to the network from a sandbox that was started %s", (how) => {
  const { outcomeOf, stateDir } = useSandbox(how);

  it("reaches nobody by any address, protocol or name, and nobody is reached", async () => {
    const host = await listeners(stateDir);
    const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []).map(({ address }) => address);
    const addresses = [
      "127.0.0.1", "127.0.0.53", "0.0.0.0", "::1", "::ffff:127.0.0.1", ...own,
      // The metadata services of AWS (both families), ECS, Google, Azure's wire server, Alibaba and Oracle.
      "169.254.169.254", "fd00:ec2::254", "169.254.170.2", "metadata.google.internal", "168.63.129.16", "100.100.100.200", "192.0.0.192",
      "192.0.2.1", "8.8.8.8", "2001:4860:4860::8888", "10.0.0.1", "172.17.0.1", "192.168.0.1", "255.255.255.255", "224.0.0.1",
    ];
    const code = `${ATTEMPTS}
socket.setdefaulttimeout(2)
addresses, tcp, udp, abstract, file = json.load(sys.stdin)
def family(address): return socket.AF_INET6 if ":" in address else socket.AF_INET
def tcp_to(address, port):
    with socket.socket(family(address), socket.SOCK_STREAM) as s: s.connect((address, port)); return s.recv(100)
def answer_of(s):
    # No answer is no network: the host's side sees to it that nothing arrived.
    try: return s.recv(100)
    except TimeoutError: raise OSError(errno.ETIMEDOUT, "")
def udp_to(address, port):
    with socket.socket(family(address), socket.SOCK_DGRAM) as s:
        s.settimeout(0.05); s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.connect((address, port)); s.send(b"hello"); return answer_of(s)
for address in addresses:
    for port in (tcp, 80, 443, 53): attempt(f"tcp {address} {port}", lambda: tcp_to(address, port))
    for port in (udp, 53): attempt(f"udp {address} {port}", lambda: udp_to(address, port))
for kind, number in (("icmp", socket.IPPROTO_ICMP), ("tcp", socket.IPPROTO_TCP), ("raw", socket.IPPROTO_RAW)):
    attempt(f"raw {kind}", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, number))
attempt("packet socket", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300))
def ping():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP) as s:
        s.settimeout(0.05); s.sendto(struct.pack("!BBHHH", 8, 0, 0xf7fe, 1, 0), ("169.254.169.254", 0)); return answer_of(s)
attempt("ping socket", ping)
def vsock():
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as s: s.connect((2, 1024)); return "connected"
attempt("vsock to the host", vsock)
attempt("bluetooth", lambda: socket.socket(31, socket.SOCK_RAW, 1))
attempt("kernel crypto", lambda: socket.socket(38, socket.SOCK_SEQPACKET, 0))
def unix_to(name):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s: s.connect(name); return s.recv(100)
attempt("abstract socket", lambda: unix_to("\\0" + abstract))
attempt("host socket", lambda: unix_to(file))
for name in ("/run/docker.sock", "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket", "/dev/log"): attempt(name, lambda: unix_to(name))
for name in ("example.com", "metadata.google.internal", "host.docker.internal", "169.254.169.254.nip.io"):
    attempt("resolve " + name, lambda: socket.getaddrinfo(name, 80))
attempt("an interface", lambda: [name for _, name in socket.if_nameindex() if name != "lo"][0:1] or os.stat("/nowhere"))
attempt("a route", lambda: open("/proc/net/route").read().split("\\n")[1].strip() or os.stat("/nowhere"))
def bring_up():
    import fcntl
    with socket.socket() as s: return fcntl.ioctl(s, 0x8916, struct.pack("16s4s4s8x", b"lo", struct.pack("<HH", 2, 0), socket.inet_aton("10.9.9.9")))
attempt("an address", bring_up)
attempt("a tunnel", lambda: __import__("fcntl").ioctl(os.open("/dev/net/tun", os.O_RDWR), 0x400454ca, struct.pack("16sH22x", b"tun0", 1)))`;
    const stdin = JSON.stringify([addresses, host.tcpPort, host.udpPort, host.abstract, host.file]);
    const outcome = await outcomeOf({ code, stdin });
    host.close();
    expect(outcome).toMatchObject({ status: "succeeded", stderr: "" });
    expect(gains(outcome.stdout)).toEqual({});
    expect(host.visits()).toBe(0);
  });
});
