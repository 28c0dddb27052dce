package dev.quilla.apiserver.auth;

import dev.quilla.apiserver.auth.jwt.JsonWebToken;
import dev.quilla.apiserver.cel.Budget;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import dev.quilla.apiserver.cel.PlainValues;
import dev.quilla.apiserver.request.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the claims of a token must be, and whom they make of its bearer, as an {@code
 * AuthenticationConfiguration} says it. Immutable.
 *
 * @param required claims that must have these values
 * @param claims what else must hold of the claims
 * @param username what is the user
 * @param groups what are their groups; empty for none
 * @param uid what is their uid; empty for none
 * @param extra what else is to be known of them, by key; its expressions make texts
 * @param users what must hold of whom they make
 */
public record ClaimRules(
        Map<String, String> required,
        List<Rule> claims,
        Source username,
        Optional<Source> groups,
        Optional<Source> uid,
        Map<String, Expression> extra,
        List<Rule> users) {

    /** What expressions about tokens read. */
    public static final Expressions OF_CLAIMS = new Expressions(Set.of("claims"));

    /** What expressions about whom they make read. */
    public static final Expressions OF_USER = new Expressions(Set.of("user"));

    private static final Logger LOG = LoggerFactory.getLogger(ClaimRules.class);
    private static final String EMAIL = "email";

    /** Of all expressions about one token: whoever makes tokens must not keep a master busy. */
    private static final long STEPS_MAX = 1_000_000;

    /** What must hold, and what is said where it does not. */
    public record Rule(Expression expression, String message) {}

    /** Where something about somebody is from. */
    public sealed interface Source {

        /** A claim, and what is put before its values. */
        record Claim(String name, String prefix) implements Source {}

        /** An expression. */
        record Computed(Expression expression) implements Source {}
    }

    public ClaimRules {
        required = Map.copyOf(required);
        claims = List.copyOf(claims);
        extra = Map.copyOf(extra);
        users = List.copyOf(users);
    }

    /** Whom the claims of a token make; empty if they are not as they must be. */
    Optional<Identity> identity(JsonWebToken token) {
        Budget budget = new Budget(STEPS_MAX);
        Map<String, Object> values = Map.of("claims", PlainValues.of(token.claims()));
        boolean asRequired =
                required.entrySet().stream()
                        .allMatch(e ->
                                token.text(e.getKey()).filter(e.getValue()::equals).isPresent());
        try {
            if (!asRequired || !hold(claims, values, budget)) {
                return Optional.empty();
            }
            Optional<Identity> who = identity(token, values, budget);
            return who.isPresent() && hold(users, Map.of("user", tree(who.get())), budget)
                    ? who
                    : Optional.empty();
        } catch (ExpressionException e) {
            LOG.debug("a token is refused: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean hold(List<Rule> rules, Map<String, Object> values, Budget budget)
            throws ExpressionException {
        for (Rule rule : rules) {
            if (!rule.expression().evaluate(values, budget).equals(Optional.of(true))) {
                LOG.debug("a token is refused: {}", rule.message());
                return false;
            }
        }
        return true;
    }

    private Optional<Identity> identity(
            JsonWebToken token, Map<String, Object> values, Budget budget)
            throws ExpressionException {
        Optional<String> name =
                only(texts(username, token, values, budget)).filter(n -> !n.isEmpty());
        Optional<List<String>> all =
                groups.isEmpty()
                                || groups.get() instanceof Source.Claim claim
                                        && !token.claims().containsKey(claim.name())
                        ? Optional.of(List.of())
                        : texts(groups.get(), token, values, budget);
        Optional<String> known =
                uid.isEmpty() ? Optional.of("") : only(texts(uid.get(), token, values, budget));
        if (name.isEmpty() || isUnverified(token) || all.isEmpty() || known.isEmpty()) {
            return Optional.empty();
        }
        Map<String, List<String>> more = new LinkedHashMap<>();
        for (Map.Entry<String, Expression> one : extra.entrySet()) {
            List<String> worth = computed(one.getValue(), values, budget);
            if (!worth.isEmpty()) {
                more.put(one.getKey(), worth);
            }
        }
        return Optional.of(Identity.known(name.get(), known.get(), all.get()).with(more));
    }

    /** An address is whoever says so, as long as it is not verified. Expressions look for that. */
    private boolean isUnverified(JsonWebToken token) {
        return username instanceof Source.Claim claim
                && claim.name().equals(EMAIL)
                && token.claims().containsKey("email_verified")
                && !Boolean.TRUE.equals(token.claims().get("email_verified"));
    }

    private static Optional<String> only(Optional<List<String>> texts) {
        return texts.filter(t -> t.size() == 1).map(List::getFirst);
    }

    /** Empty if it can't be read. */
    private static Optional<List<String>> texts(
            Source source, JsonWebToken token, Map<String, Object> values, Budget budget)
            throws ExpressionException {
        return switch (source) {
            case Source.Claim claim ->
                    token.texts(claim.name())
                            .map(all ->
                                    all.stream()
                                            .filter(t -> !t.isEmpty())
                                            .map(t -> claim.prefix() + t)
                                            .toList());
            case Source.Computed computed ->
                    Optional.of(computed(computed.expression(), values, budget));
        };
    }

    /** A text or a list of texts; empty texts, and nothing at all, are none. */
    private static List<String> computed(
            Expression expression, Map<String, Object> values, Budget budget)
            throws ExpressionException {
        Object value = expression.evaluate(values, budget).orElse("");
        if (value instanceof String text) {
            return text.isEmpty() ? List.of() : List.of(text);
        }
        if (!(value instanceof Iterable<?> list)) {
            throw new ExpressionException("it must make a text or a list of texts");
        }
        List<String> texts = new ArrayList<>();
        for (Object item : list) {
            if (!(item instanceof String text)) {
                throw new ExpressionException("it must make a list of nothing but texts");
            }
            texts.add(text);
        }
        return texts;
    }

    private static Object tree(Identity who) {
        return Map.of(
                "username", who.user(),
                "uid", who.uid(),
                "groups", who.groups(),
                "extra", who.extra());
    }
}
