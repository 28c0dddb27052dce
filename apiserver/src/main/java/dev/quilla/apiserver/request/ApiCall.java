package dev.quilla.apiserver.request;

import dev.quilla.apiserver.audit.AuditTrail;
import dev.quilla.client.Body;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request that has been authenticated and authorised.
 *
 * @param info what it asks for
 * @param identity who asks
 * @param query decoded parameters
 * @param accept media types wanted; {@link #STRUCT} for callers in this process
 * @param body what it sends
 * @param agent the program that asks, as it calls itself
 * @param fenceTerm the term that the caller leads in; its writes are refused in any other
 * @param warnings what the caller is told beside the answer
 * @param trail where what is worth knowing of it is noted
 * @param turn to be taken where it computes for long
 */
public record ApiCall(
        RequestInfo info,
        Identity identity,
        Map<String, List<String>> query,
        String accept,
        Body body,
        String agent,
        OptionalLong fenceTerm,
        Warnings warnings,
        AuditTrail trail,
        Turn turn) {

    /** A call that nobody has been warned of yet, and that nobody records. */
    public ApiCall(
            RequestInfo info,
            Identity identity,
            Map<String, List<String>> query,
            String accept,
            Body body,
            String agent,
            OptionalLong fenceTerm) {
        this(
                info,
                identity,
                query,
                accept,
                body,
                agent,
                fenceTerm,
                new Warnings(),
                AuditTrail.NONE,
                Turn.FREE);
    }

    private static final String DRY_RUN = "dryRun";

    /** Not a media type: callers in this process take structs as they are. */
    public static final String STRUCT = "struct";

    /** The media type of server-side apply. */
    public static final String APPLY = "application/apply-patch+yaml";

    /** The first value of a parameter. */
    public Optional<String> param(String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    /** The first value of a parameter; empty text where there is none. */
    public String text(String name) {
        return param(name).orElse("");
    }

    /** Whether a parameter is set to true. */
    public boolean flag(String name) {
        return param(name).map(v -> v.isEmpty() || v.equals("true") || v.equals("1")).orElse(false);
    }

    /** Whether nothing is to be kept: {@code dryRun=All}. */
    public boolean dryRun() {
        return dryRunSaid().contains("All");
    }

    /** What is said of keeping nothing; anything but {@code All} is a mistake. */
    public List<String> dryRunSaid() {
        return query.getOrDefault(DRY_RUN, List.of());
    }

    /** The same call, but that nothing is to be kept if that is said here. */
    public ApiCall withDryRun(List<String> said) {
        if (said.isEmpty()) {
            return this;
        }
        Map<String, List<String>> more = new LinkedHashMap<>(query);
        more.put(DRY_RUN, List.copyOf(said));
        return new ApiCall(
                info, identity, more, accept, body, agent, fenceTerm, warnings, trail, turn);
    }

    /** Whether a caller in this process made it. */
    public boolean inProcess() {
        return accept.equals(STRUCT);
    }

    /** Who owns the fields that it writes: the manager it names, or the program that asks. */
    public String manager() {
        String named = text("fieldManager");
        String program = agent.split("/", 2)[0];
        return named.isEmpty() ? program.isEmpty() ? "unknown" : program : named;
    }

    /** Whether it is a server-side apply. */
    public boolean applies() {
        return info.verb().equals("patch")
                && body instanceof Body.OfBytes bytes
                && bytes.contentType().startsWith(APPLY);
    }

    /** The same call about something else. */
    public ApiCall with(RequestInfo other) {
        return new ApiCall(
                other, identity, query, accept, body, agent, fenceTerm, warnings, trail, turn);
    }

    /** The same call with other content. */
    public ApiCall with(Body other) {
        return new ApiCall(
                info, identity, query, accept, other, agent, fenceTerm, warnings, trail, turn);
    }
}
