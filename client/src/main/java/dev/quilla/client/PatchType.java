package dev.quilla.client;

/** How a patch says what changes. */
public enum PatchType {
    /** RFC 6902: operations on paths. */
    JSON("application/json-patch+json"),
    /** RFC 7386: fields to set, null to remove; lists are replaced. */
    MERGE("application/merge-patch+json"),
    /** Kubernetes' own: lists are merged by the schema's keys. */
    STRATEGIC("application/strategic-merge-patch+json"),
    /** Server-side apply: the fields that the caller wants to own. */
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchType(String mediaType) {
        this.mediaType = mediaType;
    }

    /** Its media type. */
    public String mediaType() {
        return mediaType;
    }
}
