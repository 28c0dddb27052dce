package dev.quilla.apiserver.discovery;

import dev.quilla.apiserver.discovery.Operation.Answer;
import dev.quilla.model.GroupVersion;
import dev.quilla.model.meta.v1.APIGroup;
import dev.quilla.model.meta.v1.APIGroupList;
import dev.quilla.model.meta.v1.APIResourceList;
import dev.quilla.model.meta.v1.APIVersions;
import dev.quilla.model.version.Info;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The paths by which the server tells what it is and what it serves. Pure. */
enum OwnPaths {
    CORE("api"),
    GROUPS("apis"),
    VERSION("version"),
    ISSUER(".well-known/openid-configuration"),
    KEYS("openid/v1/jwks");

    private static final Map<String, @Nullable Object> TEXT = Map.of("type", "string");
    private static final String VERSIONS = "says which versions of the API there are";

    private final String document;

    OwnPaths(String document) {
        this.document = document;
    }

    /** The name of the document about it. */
    String document() {
        return document;
    }

    /** Tells it. */
    void tell(OpenApiSchemas schemas, BiConsumer<String, Operation> paths) {
        List<String> json = List.of(MediaTypes.JSON);
        List<String> all = MediaTypes.ALL.written();
        Operation operation =
                switch (this) {
                    case CORE ->
                            operation(
                                    "getCoreAPIVersions",
                                    "core",
                                    VERSIONS,
                                    schemas.reference(APIVersions.definition()),
                                    all,
                                    all);
                    case GROUPS ->
                            operation(
                                    "getAPIVersions",
                                    "apis",
                                    VERSIONS,
                                    schemas.reference(APIGroupList.definition()),
                                    all,
                                    all);
                    case VERSION ->
                            operation(
                                    "getCodeVersion",
                                    "version",
                                    "says which version of the server this is",
                                    schemas.reference(Info.definition()),
                                    json,
                                    json);
                    case ISSUER ->
                            operation(
                                    "getServiceAccountIssuerOpenIDConfiguration",
                                    "WellKnown",
                                    "describes the issuer of service accounts' tokens",
                                    TEXT,
                                    List.of(),
                                    json);
                    case KEYS ->
                            operation(
                                    "getServiceAccountIssuerOpenIDKeyset",
                                    "openid",
                                    "says by which keys service accounts' tokens are verified",
                                    TEXT,
                                    List.of(),
                                    List.of("application/jwk-set+json"));
                };
        paths.accept("/" + document + "/", operation);
    }

    /** Tells where a group describes itself. */
    static void group(String group, OpenApiSchemas schemas, BiConsumer<String, Operation> paths) {
        List<String> all = MediaTypes.ALL.written();
        paths.accept(
                "/apis/" + group + "/",
                operation(
                        "get" + OperationNames.group(group) + "APIGroup",
                        OperationNames.tag(group),
                        "says which versions the group has",
                        schemas.reference(APIGroup.definition()),
                        all,
                        all));
    }

    /** Tells where a version of a group describes itself. */
    static void resources(
            GroupVersion gv, OpenApiSchemas schemas, BiConsumer<String, Operation> paths) {
        List<String> all = MediaTypes.ALL.written();
        paths.accept(
                ResourcePaths.base(gv) + "/",
                operation(
                        "get" + OperationNames.version(gv) + "APIResources",
                        OperationNames.tag(gv),
                        "says which resources the version has",
                        schemas.reference(APIResourceList.definition()),
                        all,
                        all));
    }

    private static Operation operation(
            String id,
            String tag,
            String description,
            Map<String, @Nullable Object> answer,
            List<String> consumes,
            List<String> produces) {
        return new Operation(
                "get",
                id,
                tag,
                description,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Map.of("200", new Answer("OK", answer)),
                consumes,
                produces);
    }
}
