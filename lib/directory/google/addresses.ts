/** Where Google answers; a key is never sent to an address that somebody typed. */
export const googleAddresses = { token: "https://oauth2.googleapis.com/token", api: "https://admin.googleapis.com/admin/directory/v1" };
