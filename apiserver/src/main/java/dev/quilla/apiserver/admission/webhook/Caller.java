package dev.quilla.apiserver.admission.webhook;

import dev.quilla.apiserver.admission.match.RequestValues;
import dev.quilla.apiserver.admission.match.Reviews;
import dev.quilla.apiserver.admission.match.Subject;
import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.outbound.OutboundClient;
import dev.quilla.apiserver.outbound.OutboundException;
import dev.quilla.apiserver.request.ApiCall;
import dev.quilla.client.ApiResponse;
import dev.quilla.model.ApiErrors;
import dev.quilla.model.ApiException;
import dev.quilla.model.Struct;
import dev.quilla.model.admission.v1.AdmissionResponse;
import dev.quilla.model.codec.JsonTree;
import dev.quilla.model.meta.v1.Status;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks one webhook about one request. Thread-safe. */
final class Caller {

    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

    /** Of all conditions of a webhook together. */
    private static final long STEPS_MAX = 1_000_000;

    private final OutboundClient client;
    private final RequestValues values;
    private final Supplier<String> newUid;

    Caller(OutboundClient client, RequestValues values, Supplier<String> newUid) {
        this.client = client;
        this.values = values;
        this.newUid = newUid;
    }

    /**
     * Asks.
     *
     * @param object what is sent, in the version that the webhook is told
     * @param before what is there, in the same version
     * @return what a webhook says that lets the request pass; empty if it is not its business after
     *     all, or could not be asked and is not needed
     * @throws ApiException if the webhook refuses the request, or is needed and can't be asked
     */
    Optional<AdmissionResponse> ask(
            Webhook hook,
            Subject subject,
            boolean mutating,
            Optional<Struct> object,
            Optional<Struct> before) {
        if (!isWanted(hook, subject, object)) {
            return Optional.empty();
        }
        if (subject.request().call().dryRun() && !hook.harmless()) {
            throw ApiErrors.badRequest(
                    "admission webhook \"%s\" does not support dry run".formatted(hook.name()));
        }
        String uid = newUid.get();
        try {
            Map<String, @Nullable Object> request = Reviews.request(uid, subject, object, before);
            AdmissionResponse response = call(hook, request, uid, mutating);
            tell(hook, subject.request().call(), response);
            if (!response.allowed()) {
                throw denied(hook, response);
            }
            return Optional.of(response);
        } catch (OutboundException e) {
            String why = "failed calling webhook \"%s\": %s".formatted(hook.name(), e.getMessage());
            if (!hook.ignored()) {
                throw ApiErrors.internal(why);
            }
            LOG.warn("{}; the request goes on without it", why);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiErrors.unavailable("the request was given up while webhooks were asked");
        }
    }

    private static void tell(Webhook hook, ApiCall call, AdmissionResponse response) {
        response.warnings().forEach(call.warnings()::add);
        AuditTrail trail = call.trail();
        if (response.auditAnnotations().isEmpty()) {
            return;
        }
        // Webhooks are asked at the same time, and a trail takes one word after the other.
        synchronized (trail) {
            response.auditAnnotations()
                    .forEach((key, value) -> trail.note(hook.name() + "/" + key, value));
        }
    }

    /** All conditions hold; one that can't be told counts as the webhook's failure does. */
    private boolean isWanted(Webhook hook, Subject subject, Optional<Struct> object) {
        if (hook.conditions().isEmpty()) {
            return true;
        }
        Map<String, Supplier<Object>> variables = values.of(subject, object);
        try {
            return hook.conditions()
                    .hold(
                            name -> Optional.ofNullable(variables.get(name)).map(Supplier::get),
                            new Budget(STEPS_MAX));
        } catch (ExpressionException e) {
            if (hook.ignored()) {
                return false;
            }
            String asked = subject.request().call().info().name();
            String name =
                    asked.isEmpty()
                            ? object.map(o -> o.text("metadata", "name")).orElse("")
                            : asked;
            throw ApiErrors.forbidden(
                    subject.request().resource().groupResource(), name, e.getMessage());
        }
    }

    private AdmissionResponse call(
            Webhook hook, Map<String, @Nullable Object> request, String uid, boolean mutating)
            throws OutboundException, InterruptedException {
        Map<String, Object> review = new LinkedHashMap<>();
        review.put("kind", "AdmissionReview");
        review.put("apiVersion", "admission.k8s.io/v1");
        review.put("request", request);
        ApiResponse response;
        try {
            response = client.post(hook.target(), JsonTree.write(review), hook.timeout());
        } catch (OutboundException e) {
            throw new OutboundException("failed to call webhook: " + e.getMessage());
        }
        return Answer.read(response.body().encoded().shared(), uid, mutating);
    }

    /** A refusal always is an error, whatever the webhook says it is. */
    private static ApiException denied(Webhook hook, AdmissionResponse response) {
        Status status = response.status();
        String by = "admission webhook \"%s\" denied the request".formatted(hook.name());
        String why =
                !status.message().isEmpty()
                        ? ": " + status.message()
                        : !status.reason().isEmpty()
                                ? ": " + status.reason()
                                : " without explanation";
        return new ApiException(
                status.toBuilder()
                        .kind("Status")
                        .apiVersion("v1")
                        .status("Failure")
                        .code(Math.max(400, status.code()))
                        .message(by + why)
                        .build());
    }
}
