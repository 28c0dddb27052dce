package dev.quilla.apiserver.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import dev.quilla.model.validation.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Named formats, such as {@code format.dns1123Label().validate(name)}. */
final class FormatFunctions {

    private static final CelType FORMAT = OpaqueType.create("kubernetes.NamedFormat");
    private static final CelType TEXT = SimpleType.STRING;
    private static final Pattern UUID =
            Pattern.compile("(?i)[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}");

    private static final Map<String, Format> ALL =
            Map.ofEntries(
                    named("dns1123Label", Names::label),
                    named("dns1123Subdomain", Names::subdomain),
                    named("dns1035Label", Names::dns1035),
                    named("qualifiedName", Names::qualified),
                    named("dns1123LabelPrefix", text -> Names.label(prefix(text))),
                    named("dns1123SubdomainPrefix", text -> Names.subdomain(prefix(text))),
                    named("dns1035LabelPrefix", text -> Names.dns1035(prefix(text))),
                    named("labelValue", Names::labelValue),
                    named("uri", FormatFunctions::uri),
                    named(
                            "uuid",
                            text ->
                                    UUID.matcher(text).matches()
                                            ? Optional.empty()
                                            : Optional.of("does not match the UUID format")),
                    named("byte", FormatFunctions::base64),
                    named("date", text -> parsed(text, "date", LocalDate::parse)),
                    named("datetime", text -> parsed(text, "datetime", OffsetDateTime::parse)));

    private FormatFunctions() {}

    private record Format(Function<String, Optional<String>> problem) {

        /** What is wrong with a text; nothing if it is right. */
        Object validate(String text) {
            return problem.apply(text).map(List::of);
        }
    }

    private static Map.Entry<String, Format> named(
            String name, Function<String, Optional<String>> problem) {
        return Map.entry(name, new Format(problem));
    }

    /** The formats that have a function of their own. */
    static List<CelFunctionDecl> constants() {
        return ALL.keySet().stream()
                .map(name ->
                        CelFunctionDecl.newFunctionDeclaration(
                                "format." + name,
                                CelOverloadDecl.newGlobalOverload("format_" + name, FORMAT)))
                .toList();
    }

    @SuppressWarnings("Immutable") // formats have no state
    static List<CelFunctionBinding> constantBindings() {
        return ALL.entrySet().stream()
                .map(entry ->
                        CelFunctionBinding.from(
                                "format_" + entry.getKey(), List.of(), _ -> entry.getValue()))
                .toList();
    }

    static Functions functions() {
        return new Functions("format")
                .global(
                        "format.named",
                        OptionalType.create(FORMAT),
                        TEXT,
                        String.class,
                        name -> Optional.ofNullable(ALL.get(name)))
                .member(
                        "validate",
                        OptionalType.create(ListType.create(TEXT)),
                        FORMAT,
                        Format.class,
                        TEXT,
                        String.class,
                        Format::validate);
    }

    /** A prefix may end as a whole name may not. */
    private static String prefix(String text) {
        return text.endsWith("-") ? text + "x" : text;
    }

    private static Optional<String> uri(String text) {
        try {
            return new URI(text).isAbsolute()
                    ? Optional.empty()
                    : Optional.of("invalid URI for request");
        } catch (URISyntaxException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<String> base64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("invalid base64");
        }
    }

    private static Optional<String> parsed(String text, String name, Consumer<CharSequence> parse) {
        try {
            parse.accept(text);
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.of("invalid " + name);
        }
    }
}
