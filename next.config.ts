import type { NextConfig } from "next";

const config: NextConfig = {
  // Types are checked by `npm test`; checking them again would double the first start.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // Pages get theirs from proxy.ts, with the content security policy.
  headers: async () => [
    {
      source: "/api/:path*",
      headers: [
        { key: "x-content-type-options", value: "nosniff" },
        { key: "cross-origin-resource-policy", value: "same-origin" },
        { key: "referrer-policy", value: "no-referrer" },
      ],
    },
  ],
  serverExternalPackages: ["@node-rs/argon2", "postgres", "nodemailer", "pino"],
};

export default config;
