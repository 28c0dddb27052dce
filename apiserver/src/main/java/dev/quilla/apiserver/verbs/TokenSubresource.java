package dev.quilla.apiserver.verbs;

import dev.quilla.apiserver.admission.Admission;
import dev.quilla.apiserver.admission.AdmissionChain;
import dev.quilla.apiserver.auth.TokenIssuer;
import dev.quilla.apiserver.registry.ObjectStore;
import dev.quilla.apiserver.registry.ServedResource;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.apiserver.request.ApiReply;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.GroupResource;
import dev.quilla.model.GroupVersionResource;
import dev.quilla.model.ObjectKey;
import dev.quilla.model.Resources;
import dev.quilla.model.Schema;
import dev.quilla.model.Struct;
import dev.quilla.model.authentication.v1.BoundObjectReference;
import dev.quilla.model.authentication.v1.TokenRequest;
import dev.quilla.model.authentication.v1.TokenRequestSpec;
import dev.quilla.model.core.v1.ObjectReference;
import dev.quilla.model.core.v1.Pod;
import dev.quilla.model.core.v1.ServiceAccount;
import dev.quilla.model.validation.FieldError;
import dev.quilla.store.View;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A new token of a service account. */
final class TokenSubresource {

    private static final long SECONDS_DEFAULT = 3600;
    private static final long SECONDS_MIN = 600;
    private static final long SECONDS_ASKED_MAX = 1L << 32;
    private static final long SECONDS_MAX = Duration.ofDays(2).toSeconds();

    private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");

    /** As conflicts name what was asked for, though it is no resource. */
    private static final GroupResource REQUESTS =
            new GroupResource("authentication.k8s.io", "TokenRequest");

    private final ObjectStore objects;
    private final TokenIssuer issuer;
    private final PodAudiences audiences;
    private final AdmissionChain admissions;

    TokenSubresource(ObjectStore objects, TokenIssuer issuer, AdmissionChain admissions) {
        this.admissions = admissions;
        this.objects = objects;
        this.issuer = issuer;
        this.audiences = new PodAudiences(objects);
    }

    ApiReply handle(ServedResource accounts, ApiCall call) {
        ObjectKey key = new ObjectKey(call.info().namespace(), call.info().name());
        TokenRequest sent = read(call);
        if (!sent.metadata().name().isEmpty() && !sent.metadata().name().equals(key.name())) {
            throw ApiErrors.invalid(
                    TokenRequest.definition().kinds().getFirst(),
                    key.name(),
                    List.of(
                            FieldError.invalid(
                                    "metadata.name",
                                    sent.metadata().name(),
                                    "must match the service account name if specified")));
        }
        Metadata.refuseOtherNamespace(sent.metadata(), key.namespace());
        TokenRequest request = checked(key, admitted(accounts, call, defaulted(sent)));
        ServiceAccount account =
                new ServiceAccount(objects.get(objects.newest(), accounts.type(), key).object());
        String uid = request.metadata().uid();
        if (!uid.isEmpty() && !uid.equals(account.uid())) {
            throw ApiErrors.conflict(
                    REQUESTS,
                    key.name(),
                    "the UID in the token request (%s) does not match the UID of the service account (%s)"
                            .formatted(uid, account.uid()));
        }
        if (call.identity().isNode()) {
            checkNode(call, key, request.spec(), named(sent));
        }
        TokenRequestSpec spec = granted(call, bound(key, request.spec()));
        Duration lifetime = Duration.ofSeconds(spec.expirationSeconds());
        TokenIssuer.Token token =
                issuer.issue(account, spec, node(key.namespace(), spec), lifetime);
        call.trail().note("authentication.kubernetes.io/issued-credential-id", "JTI=" + token.id());
        return ApiReply.of(
                201,
                request.toBuilder()
                        .metadata(m ->
                                m.name(key.name())
                                        .namespace(key.namespace())
                                        .uid(account.uid())
                                        .creationTimestamp(token.expires().minus(lifetime)))
                        .spec(spec)
                        .status(s -> s.token(token.text()).expirationTimestamp(token.expires()))
                        .build()
                        .struct());
    }

    /** Who asks for more than there is is told how long the token lasts. */
    private static TokenRequestSpec granted(ApiCall call, TokenRequestSpec spec) {
        if (spec.expirationSeconds() <= SECONDS_MAX) {
            return spec;
        }
        call.warnings()
                .add(
                        "requested expiration of %d seconds shortened to %d seconds"
                                .formatted(spec.expirationSeconds(), SECONDS_MAX));
        return spec.toBuilder().expirationSeconds(SECONDS_MAX).build();
    }

    /** Where the pod runs that a token is bound to. */
    private Optional<ObjectReference> node(String namespace, TokenRequestSpec spec) {
        if (!spec.boundObjectRef().kind().equals("Pod")) {
            return Optional.empty();
        }
        View view = objects.newest();
        ObjectKey pod = new ObjectKey(namespace, spec.boundObjectRef().name());
        return objects.find(view, type(Resources.PODS.gvr()), pod)
                .map(p -> new Pod(p.object()).spec().nodeName())
                .filter(name -> !name.isEmpty())
                .map(name -> ObjectReference.builder().name(name).uid(nodeUid(view, name)).build());
    }

    private String nodeUid(View view, String name) {
        return objects.find(view, type(Resources.NODES.gvr()), ObjectKey.cluster(name))
                .map(n -> n.object().text("metadata", "uid"))
                .orElse("");
    }

    private static Schema.ApiResource type(GroupVersionResource gvr) {
        return Schema.builtin().find(gvr).orElseThrow();
    }

    private static TokenRequest read(ApiCall call) {
        return new TokenRequest(
                Bodies.object(
                                call,
                                TokenRequest.definition(),
                                TokenRequest.definition().kinds().getFirst())
                        .struct());
    }

    private TokenRequest admitted(ServedResource accounts, ApiCall call, TokenRequest request) {
        return new TokenRequest(
                admissions.pass(
                        new Admission.Request(
                                accounts,
                                TokenRequest.definition().kinds().getFirst(),
                                call,
                                Admission.Operation.CREATE,
                                Optional.empty()),
                        request.struct()));
    }

    private static TokenRequest defaulted(TokenRequest request) {
        return request.toBuilder()
                .spec(s -> {
                    if (request.spec().audiences().isEmpty()) {
                        s.audiences(List.of(TokenIssuer.ISSUER));
                    }
                    return request.spec().hasExpirationSeconds()
                            ? s
                            : s.expirationSeconds(SECONDS_DEFAULT);
                })
                .build();
    }

    private static TokenRequest checked(ObjectKey key, TokenRequest request) {
        long asked = request.spec().expirationSeconds();
        if (asked < SECONDS_MIN || asked > SECONDS_ASKED_MAX) {
            String rule =
                    asked < SECONDS_MIN
                            ? "may not specify a duration less than 10 minutes"
                            : "may not specify a duration larger than 2^32 seconds";
            throw ApiErrors.invalid(
                    TokenRequest.definition().kinds().getFirst(),
                    key.name(),
                    List.of(FieldError.invalid("spec.expirationSeconds", asked, rule)));
        }
        return request;
    }

    /** The request with the uid of what the token is bound to. */
    private TokenRequestSpec bound(ObjectKey account, TokenRequestSpec spec) {
        BoundObjectReference reference = spec.boundObjectRef();
        if (!spec.hasBoundObjectRef()) {
            return spec;
        }
        GroupVersionResource type =
                switch (reference.kind()) {
                    case "Pod" -> Resources.PODS.gvr();
                    case "Secret" -> Resources.SECRETS.gvr();
                    case "Node" -> Resources.NODES.gvr();
                    default ->
                            throw ApiErrors.badRequest(
                                    "cannot bind token to object of type "
                                            + reference.apiVersion()
                                            + ", Kind="
                                            + reference.kind());
                };
        String namespace = reference.kind().equals("Node") ? "" : account.namespace();
        Struct object = find(type, new ObjectKey(namespace, reference.name()));
        String uid = Metadata.of(object).uid();
        if (!reference.uid().isEmpty() && !reference.uid().equals(uid)) {
            throw ApiErrors.conflict(REQUESTS, reference.name(), replaced(reference.uid()));
        }
        if (reference.kind().equals("Pod")
                && !new Pod(object).spec().serviceAccountName().equals(account.name())) {
            throw ApiErrors.badRequest(
                    "cannot bind token for serviceaccount \"%s\" to pod running with different serviceaccount name."
                            .formatted(account.name()));
        }
        return spec.toBuilder().boundObjectRef(b -> b.uid(uid)).build();
    }

    private static String replaced(String uid) {
        return "the UID in the bound object reference (%s) does not match the UID in record. The object might have been deleted and then recreated"
                .formatted(uid);
    }

    /** Whom a token is for, as it was said: nothing stands for the API itself. */
    private static List<String> named(TokenRequest sent) {
        List<String> audiences = sent.spec().audiences();
        return audiences.isEmpty() ? List.of("") : audiences;
    }

    /** A kubelet gets tokens for the pods that it runs, and no others. */
    private void checkNode(
            ApiCall call, ObjectKey account, TokenRequestSpec spec, List<String> named) {
        BoundObjectReference reference = spec.boundObjectRef();
        if (!reference.kind().equals("Pod")) {
            throw refused(account, "node requested token not bound to a pod");
        }
        if (reference.uid().isEmpty()) {
            throw refused(account, "node requested token with a pod binding without a uid");
        }
        Pod pod =
                new Pod(
                        find(
                                Resources.PODS.gvr(),
                                new ObjectKey(account.namespace(), reference.name())));
        if (!pod.uid().equals(reference.uid())) {
            throw refused(account, replaced(reference.uid()));
        }
        if (!pod.spec().nodeName().equals(call.identity().nodeName())) {
            throw refused(
                    account, "node requested token bound to a pod scheduled on a different node");
        }
        checkAudiences(account, pod, named, call.identity().user());
    }

    private Struct find(GroupVersionResource type, ObjectKey key) {
        return objects.get(objects.newest(), type(type), key).object();
    }

    private void checkAudiences(ObjectKey account, Pod pod, List<String> named, String who) {
        Set<String> meant = audiences.of(pod);
        for (String audience : named) {
            if (!meant.contains(audience)) {
                throw refused(
                        account,
                        "audience \"%s\" not found in pod spec volume, %s is not authorized to request tokens for this audience"
                                .formatted(audience, who));
            }
        }
    }

    private static dev.quilla.model.ApiException refused(ObjectKey account, String why) {
        return ApiErrors.forbidden(ACCOUNTS, account.name(), why);
    }
}
