import type { NextConfig } from "next";

const config: NextConfig = {
  // Types are checked by `npm test`; checking them again would double the first start.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ["@node-rs/argon2", "postgres", "nodemailer", "pino"],
};

export default config;
