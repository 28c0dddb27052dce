package dev.quilla.server.config;

import dev.quilla.apiserver.auth.ClaimRules;
import dev.quilla.apiserver.auth.ClaimRules.Rule;
import dev.quilla.apiserver.auth.ClaimRules.Source;
import dev.quilla.apiserver.cel.Expression;
import dev.quilla.apiserver.cel.ExpressionException;
import dev.quilla.apiserver.cel.Expressions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one issuer of an {@code AuthenticationConfiguration} says of claims: rules that must hold,
 * and what is made of them, by the name of a claim or by an expression.
 */
final class ClaimsSection {

    private static final Pattern EMAIL = Pattern.compile("\\bclaims\\s*\\.\\s*\\??email\\b");
    private static final String VERIFIED = "email_verified";

    /** A domain and a path, as Kubernetes has it for the keys of what else is known of a user. */
    private static final Pattern EXTRA_KEY =
            Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?/[a-z0-9%!$&'()*+,;=:@._~/-]+");

    private static final Pattern RESERVED = Pattern.compile("(.*\\.)?(kubernetes|k8s)\\.io/.*");

    private ClaimsSection() {}

    /** Reads what the section of an issuer says. */
    static ClaimRules read(ConfigSection section) {
        ConfigSection mappings = section.section("claimMappings");
        Map<String, String> required = new HashMap<>();
        List<Rule> claims = new ArrayList<>();
        List<String> expressions = new ArrayList<>();
        section.sections(
                "claimValidationRules",
                rule -> {
                    if (rule.has("expression")) {
                        expressions.add(rule.string("expression", ""));
                        rule(rule, ClaimRules.OF_CLAIMS, "claim").ifPresent(claims::add);
                    } else {
                        String claim = rule.string("claim");
                        if (required.put(claim, rule.string("requiredValue", "")) != null) {
                            rule.error("claim", "is required twice: " + claim);
                        }
                    }
                    return rule;
                });
        Map<String, Expression> extra = extra(mappings, expressions);
        ConfigSection username = mappings.section("username");
        checkEmail(username, expressions);
        List<Rule> users = new ArrayList<>();
        section.sections(
                "userValidationRules",
                rule -> {
                    rule(rule, ClaimRules.OF_USER, "").ifPresent(users::add);
                    return rule;
                });
        return new ClaimRules(
                required,
                claims,
                source(username, true),
                mappings.sectionIfPresent("groups").map(s -> source(s, true)),
                mappings.sectionIfPresent("uid").map(s -> source(s, false)),
                extra,
                users);
    }

    /**
     * A rule that is an expression.
     *
     * @param beside the key that it can't stand beside; empty for none
     */
    private static Optional<Rule> rule(
            ConfigSection section, Expressions expressions, String beside) {
        if (!beside.isEmpty() && section.has(beside)) {
            section.error("expression", "can't stand beside " + beside);
        }
        String message = section.string("message", "");
        return compiled(section, "expression", expressions::condition)
                .map(e -> new Rule(e, message.isEmpty() ? section.string("expression") : message));
    }

    private interface Compiler {
        Expression compile(String source) throws ExpressionException;
    }

    private static Optional<Expression> compiled(
            ConfigSection section, String key, Compiler compiler) {
        try {
            return Optional.of(compiler.compile(section.string(key)));
        } catch (ExpressionException e) {
            section.error(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * Where something is from.
     *
     * @param prefixed whether the values of a claim have a prefix, which must be said then
     */
    private static Source source(ConfigSection section, boolean prefixed) {
        if (!section.has("expression")) {
            return new Source.Claim(
                    section.string("claim"), prefixed ? section.string("prefix") : "");
        }
        if (section.has("claim") || section.has("prefix")) {
            section.error("expression", "can't stand beside claim and prefix");
        }
        return compiled(section, "expression", ClaimRules.OF_CLAIMS::any)
                .<Source>map(Source.Computed::new)
                .orElseGet(() -> new Source.Claim("", ""));
    }

    private static Map<String, Expression> extra(ConfigSection mappings, List<String> expressions) {
        Map<String, Expression> extra = new LinkedHashMap<>();
        mappings.sections(
                "extra",
                one -> {
                    String key = one.string("key");
                    if (!EXTRA_KEY.matcher(key).matches() || RESERVED.matcher(key).matches()) {
                        one.error(
                                "key",
                                "must be a domain of yours and a path in lower case, such as"
                                        + " example.com/team, is '"
                                        + key
                                        + "'");
                    }
                    expressions.add(one.string("valueExpression", ""));
                    if (extra.containsKey(key)) {
                        one.error("key", "stands there twice: " + key);
                    }
                    compiled(one, "valueExpression", ClaimRules.OF_CLAIMS::any)
                            .ifPresent(e -> extra.put(key, e));
                    return one;
                });
        return extra;
    }

    /** An address that nobody has verified is anybody's: some expression must look. */
    private static void checkEmail(ConfigSection username, List<String> others) {
        String expression = username.string("expression", "");
        boolean looks =
                expression.contains(VERIFIED)
                        || others.stream().anyMatch(e -> e.contains(VERIFIED));
        if (EMAIL.matcher(expression).find() && !looks) {
            username.error(
                    "expression",
                    "reads claims.email: it, a rule or an extra value must look at"
                            + " claims.email_verified too");
        }
    }
}
