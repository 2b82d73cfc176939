"use server";
import { action } from "@/lib/action";
import type { PersonCtx } from "@/lib/ctx/ctx";
import { addCertificate, AddCertificateInput } from "@/lib/sso/add-certificate";
import { addDomain, AddDomainInput } from "@/lib/sso/add-domain";
import { connectOidc, ConnectOidcInput } from "@/lib/sso/connect-oidc";
import { connectSaml, ConnectSamlInput } from "@/lib/sso/connect-saml";
import { enforceDomain, EnforceDomainInput } from "@/lib/sso/enforce";
import { previewMapping, PreviewMappingInput } from "@/lib/sso/preview";
import { previewMetadata, PreviewMetadataInput } from "@/lib/sso/preview-metadata";
import { readMetadataAnew, ReadMetadataAnewInput } from "@/lib/sso/read-metadata-anew";
import { removeCertificate, RemoveCertificateInput } from "@/lib/sso/remove-certificate";
import { removeConnection, RemoveConnectionInput } from "@/lib/sso/remove";
import { removeDomain, RemoveDomainInput } from "@/lib/sso/remove-domain";
import { replaceSecret, ReplaceSecretInput } from "@/lib/sso/replace-secret";
import { resolveIdentity, ResolveIdentityInput } from "@/lib/sso/resolve-identity";
import { keepSecret } from "@/lib/sso/respond";
import { setSignOut, SetSignOutInput } from "@/lib/sso/set-sign-out";
import { startTest, StartTestInput } from "@/lib/sso/start-test";
import { updateConnection, UpdateConnectionInput } from "@/lib/sso/update";
import { verifyDomain, VerifyDomainInput } from "@/lib/sso/verify-domain";

export const connectOidcAction = action(ConnectOidcInput, (ctx, input) => connectOidc(ctx, input));
export const connectSamlAction = action(ConnectSamlInput, connectSaml);
export const update = action(UpdateConnectionInput, updateConnection);
export const remove = action(RemoveConnectionInput, removeConnection);
export const preview = action(PreviewMappingInput, previewMapping);
export const nameDomain = action(AddDomainInput, addDomain);
export const verify = action(VerifyDomainInput, (ctx, input) => verifyDomain(ctx, input));
export const dropDomain = action(RemoveDomainInput, removeDomain);
export const enforce = action(EnforceDomainInput, enforceDomain);
export const resolveIdentityAction = action(ResolveIdentityInput, resolveIdentity);
export const addCertificateAction = action(AddCertificateInput, addCertificate);
export const dropCertificate = action(RemoveCertificateInput, removeCertificate);
export const replaceSecretAction = action(ReplaceSecretInput, replaceSecret);
export const previewMetadataAction = action(PreviewMetadataInput, previewMetadata);
export const takeMetadata = action(ReadMetadataAnewInput, readMetadataAnew);
export const setSignOutAction = action(SetSignOutInput, setSignOut);
export const test = action(StartTestInput, beginTest);

/** The browser keeps its half of the test in a cookie; the page hears only where to go. */
async function beginTest(ctx: PersonCtx, input: StartTestInput): Promise<{ url: string }> {
  const { url, secret } = await startTest(ctx, input);
  await keepSecret(secret);
  return { url };
}
