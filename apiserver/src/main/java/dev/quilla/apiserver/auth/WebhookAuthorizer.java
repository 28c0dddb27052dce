package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.PlainValues;
import dev.quilla.apiserver.request.Identity;
import dev.quilla.apiserver.request.RequestInfo;
import dev.quilla.client.ApiRequest;
import dev.quilla.client.Body;
import dev.quilla.client.Transport;
import dev.quilla.client.TransportException;
import dev.quilla.model.ApiException;
import dev.quilla.model.authorization.v1.SubjectAccessReview;
import dev.quilla.model.authorization.v1.SubjectAccessReviewSpec;
import dev.quilla.model.authorization.v1.SubjectAccessReviewStatus;
import dev.quilla.model.codec.DecodeException;
import dev.quilla.model.codec.JsonCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a service who may do what, by a {@code SubjectAccessReview} of {@code
 * authorization.k8s.io/v1}. What it says is remembered for a while; that it did not answer is not.
 */
public final class WebhookAuthorizer implements Authorizer {

    /** What conditions read: the {@code spec} of the review. */
    public static final Expressions OF_REQUEST = new Expressions(Set.of("request"));

    private static final Logger LOG = LoggerFactory.getLogger(WebhookAuthorizer.class);
    private static final int REMEMBERED_MAX = 8192;
    private static final long STEPS_MAX = 1_000_000;

    /**
     * When it is asked, and what its word is worth.
     *
     * @param name as its configuration calls it
     * @param allowedFor how long it is remembered that something is allowed
     * @param otherwiseFor how long any other answer is remembered
     * @param deniesOnFailure whether what it can't be asked about is denied; else others decide
     * @param conditions all of which must hold of what it is asked about
     */
    public record Settings(
            String name,
            Duration allowedFor,
            Duration otherwiseFor,
            boolean deniesOnFailure,
            List<Expression> conditions) {
        public Settings {
            conditions = List.copyOf(conditions);
        }
    }

    private final Transport transport;
    private final String path;
    private final Settings settings;
    private final InstantSource clock;
    private final Remembered<SubjectAccessReviewSpec, Decision> known =
            new Remembered<>(REMEMBERED_MAX);

    /**
     * Asks that service.
     *
     * @param path where it answers
     */
    public WebhookAuthorizer(
            Transport transport, String path, Settings settings, InstantSource clock) {
        this.transport = transport;
        this.path = path;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public boolean allows(Identity who, RequestInfo what) {
        return decide(who, what) == Decision.ALLOW;
    }

    @Override
    public String reason(Identity who, RequestInfo what) {
        return "allowed by the webhook " + settings.name();
    }

    @Override
    public Decision decide(Identity who, RequestInfo what) {
        SubjectAccessReviewSpec spec = AccessReviews.spec(who, what);
        try {
            if (!isAsked(spec)) {
                return Decision.NO_OPINION;
            }
        } catch (ExpressionException e) {
            return failed("its matchConditions can't be told: " + e.getMessage());
        }
        Instant now = clock.instant();
        Optional<Decision> before = known.find(spec, now);
        if (before.isPresent()) {
            return before.get();
        }
        Optional<Decision> answer = ask(spec);
        if (answer.isEmpty()) {
            return failed("it did not answer as it should");
        }
        boolean allowed = answer.get() == Decision.ALLOW;
        known.put(
                spec,
                answer.get(),
                now.plus(allowed ? settings.allowedFor() : settings.otherwiseFor()));
        return answer.get();
    }

    /** A condition that does not hold counts for more than one that can't be told. */
    private boolean isAsked(SubjectAccessReviewSpec spec) throws ExpressionException {
        if (settings.conditions().isEmpty()) {
            return true;
        }
        Map<String, Object> values =
                Map.of("request", PlainValues.of(JsonCodec.toTree(spec.struct())));
        Budget budget = new Budget(STEPS_MAX);
        Optional<ExpressionException> failure = Optional.empty();
        for (Expression condition : settings.conditions()) {
            try {
                if (!condition.evaluate(values, budget).equals(Optional.of(true))) {
                    return false;
                }
            } catch (ExpressionException e) {
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return true;
    }

    private Decision failed(String why) {
        LOG.warn("the authorization webhook {}: {}", settings.name(), why);
        return settings.deniesOnFailure() ? Decision.DENY : Decision.NO_OPINION;
    }

    private Optional<Decision> ask(SubjectAccessReviewSpec spec) {
        SubjectAccessReview review = SubjectAccessReview.builder().spec(spec).build();
        try {
            Body answer =
                    transport
                            .call(ApiRequest.of("POST", path).withBody(Body.of(review.struct())))
                            .orThrow()
                            .body();
            SubjectAccessReviewStatus status =
                    new SubjectAccessReview(answer.struct(SubjectAccessReview.definition()))
                            .status();
            if (status.allowed() && status.denied()) {
                LOG.warn("the authorization webhook allows and denies the same");
                return Optional.empty();
            }
            return Optional.of(
                    status.allowed()
                            ? Decision.ALLOW
                            : status.denied() ? Decision.DENY : Decision.NO_OPINION);
        } catch (TransportException | ApiException | DecodeException e) {
            LOG.warn("the authorization webhook {}: {}", settings.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
