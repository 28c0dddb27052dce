package dev.quilla.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import dev.quilla.apiserver.request.RequestInfo;
import java.util.List;
import java.util.Locale;

/** Kubernetes' authorizer library: questions are put together, and asked with {@code check}. */
final class AuthorityFunctions {

    private static final String PREFIX = "kubernetes.authorization.";

    static final CelType AUTHORIZER = OpaqueType.create(PREFIX + "Authorizer");
    static final CelType RESOURCE_CHECK = OpaqueType.create(PREFIX + "ResourceCheck");
    private static final CelType PATH_CHECK = OpaqueType.create(PREFIX + "PathCheck");
    private static final CelType GROUP_CHECK = OpaqueType.create(PREFIX + "GroupCheck");
    private static final CelType DECISION = OpaqueType.create(PREFIX + "Decision");

    private AuthorityFunctions() {}

    private record PathCheck(Authority authority, String path) {}

    private record GroupCheck(Authority authority, String group) {}

    private record Decision(boolean allowed) {}

    static List<CelFunctionDecl> declarations() {
        return List.of(
                member("path", PATH_CHECK, AUTHORIZER, SimpleType.STRING),
                member("group", GROUP_CHECK, AUTHORIZER, SimpleType.STRING),
                member(
                        "serviceAccount",
                        AUTHORIZER,
                        AUTHORIZER,
                        SimpleType.STRING,
                        SimpleType.STRING),
                member("resource", RESOURCE_CHECK, GROUP_CHECK, SimpleType.STRING),
                member("subresource", RESOURCE_CHECK, RESOURCE_CHECK, SimpleType.STRING),
                member("namespace", RESOURCE_CHECK, RESOURCE_CHECK, SimpleType.STRING),
                member("name", RESOURCE_CHECK, RESOURCE_CHECK, SimpleType.STRING),
                member("fieldSelector", RESOURCE_CHECK, RESOURCE_CHECK, SimpleType.STRING),
                member("labelSelector", RESOURCE_CHECK, RESOURCE_CHECK, SimpleType.STRING),
                CelFunctionDecl.newFunctionDeclaration(
                        "check",
                        overload("authority_check_path", DECISION, PATH_CHECK, SimpleType.STRING),
                        overload(
                                "authority_check_resource",
                                DECISION,
                                RESOURCE_CHECK,
                                SimpleType.STRING)),
                member("allowed", SimpleType.BOOL, DECISION),
                member("reason", SimpleType.STRING, DECISION),
                member("errored", SimpleType.BOOL, DECISION),
                member("error", SimpleType.STRING, DECISION));
    }

    private static CelFunctionDecl member(String name, CelType result, CelType... arguments) {
        return CelFunctionDecl.newFunctionDeclaration(
                name, overload("authority_" + name.toLowerCase(Locale.ROOT), result, arguments));
    }

    private static CelOverloadDecl overload(String id, CelType result, CelType... arguments) {
        return CelOverloadDecl.newMemberOverload(id, result, arguments);
    }

    static List<CelFunctionBinding> bindings() {
        return List.of(
                CelFunctionBinding.from(
                        "authority_path", Authority.class, String.class, PathCheck::new),
                CelFunctionBinding.from(
                        "authority_group", Authority.class, String.class, GroupCheck::new),
                CelFunctionBinding.from(
                        "authority_serviceaccount",
                        List.of(Authority.class, String.class, String.class),
                        args -> ((Authority) args[0]).as((String) args[1], (String) args[2])),
                CelFunctionBinding.from(
                        "authority_resource",
                        GroupCheck.class,
                        String.class,
                        (group, resource) ->
                                new ResourceCheck(
                                        group.authority(),
                                        new RequestInfo(
                                                "", group.group(), "*", resource, "", "", "", ""))),
                CelFunctionBinding.from(
                        "authority_subresource",
                        ResourceCheck.class,
                        String.class,
                        ResourceCheck::withSubresource),
                CelFunctionBinding.from(
                        "authority_namespace",
                        ResourceCheck.class,
                        String.class,
                        ResourceCheck::withNamespace),
                CelFunctionBinding.from(
                        "authority_name",
                        ResourceCheck.class,
                        String.class,
                        ResourceCheck::withName),
                CelFunctionBinding.from(
                        "authority_fieldselector",
                        ResourceCheck.class,
                        String.class,
                        ResourceCheck::withFieldSelector),
                CelFunctionBinding.from(
                        "authority_labelselector",
                        ResourceCheck.class,
                        String.class,
                        ResourceCheck::withLabelSelector),
                CelFunctionBinding.from(
                        "authority_check_path",
                        PathCheck.class,
                        String.class,
                        (check, verb) ->
                                new Decision(
                                        check.authority()
                                                .allows(
                                                        new RequestInfo(
                                                                verb,
                                                                "",
                                                                "",
                                                                "",
                                                                "",
                                                                "",
                                                                "",
                                                                check.path())))),
                CelFunctionBinding.from(
                        "authority_check_resource",
                        ResourceCheck.class,
                        String.class,
                        (check, verb) ->
                                new Decision(
                                        check.authority().allows(check.what().withVerb(verb)))),
                CelFunctionBinding.from("authority_allowed", Decision.class, Decision::allowed),
                CelFunctionBinding.from("authority_reason", Decision.class, decision -> ""),
                CelFunctionBinding.from("authority_errored", Decision.class, decision -> false),
                CelFunctionBinding.from("authority_error", Decision.class, decision -> ""));
    }
}
