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
        { key: "x-frame-options", value: "DENY" },
        { key: "content-security-policy", value: "default-src 'none'; frame-ancestors 'none'; sandbox" },
      ],
    },
    {
      source: "/_next/static/:path*",
      headers: [
        { key: "x-content-type-options", value: "nosniff" },
        { key: "cross-origin-resource-policy", value: "same-origin" },
      ],
    },
  ],
  // No page shows a picture that would have to be made smaller, and the maker of such pictures answers to anybody.
  images: { unoptimized: true },
  serverExternalPackages: ["@node-rs/argon2", "@node-saml/node-saml", "@xmldom/xmldom", "xml-crypto", "postgres", "nodemailer", "pino"],
};

export default config;
