package dev.quilla.model.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What names may look like; each check answers what is wrong, in Kubernetes' words. */
public final class Names {

    public static final int LABEL_MAX = 63;
    public static final int SUBDOMAIN_MAX = 253;

    /** Kubernetes leaves this to its store; the names are long enough for anybody. */
    public static final int PATH_SEGMENT_MAX = 512;

    private static final int ANNOTATIONS_BYTES_MAX = 256 << 10;

    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final Pattern LABEL = Pattern.compile(DNS_LABEL);
    private static final Pattern DNS_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN = Pattern.compile(DNS_LABEL + "(\\." + DNS_LABEL + ")*");
    private static final Pattern QUALIFIED =
            Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern PATH_SEGMENT = Pattern.compile("[^/%]+");

    private Names() {}

    /** A name within a DNS name: pods' containers, namespaces. */
    public static Optional<String> label(String name) {
        if (name.length() > LABEL_MAX) {
            return Optional.of("must be no more than 63 characters");
        }
        return LABEL.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a lowercase RFC 1123 label must consist of lower case alphanumeric"
                                + " characters or '-', and must start and end with an alphanumeric"
                                + " character (e.g. 'my-name',  or '123-abc', regex used for"
                                + " validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')");
    }

    /** A name that must also start with a letter: services. */
    public static Optional<String> dns1035(String name) {
        if (name.length() > LABEL_MAX) {
            return Optional.of("must be no more than 63 characters");
        }
        return DNS_1035.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a DNS-1035 label must consist of lower case alphanumeric characters or"
                                + " '-', start with an alphabetic character, and end with an"
                                + " alphanumeric character (e.g. 'my-name',  or 'abc-123', regex"
                                + " used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')");
    }

    /** A DNS name: most objects. */
    public static Optional<String> subdomain(String name) {
        if (name.length() > SUBDOMAIN_MAX) {
            return Optional.of("must be no more than 253 characters");
        }
        return SUBDOMAIN.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
                                + " characters, '-' or '.', and must start and end with an"
                                + " alphanumeric character (e.g. 'example.com', regex used for"
                                + " validation is"
                                + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')");
    }

    /** A name that only has to fit into a path: roles. */
    public static Optional<String> pathSegment(String name) {
        if (name.length() > PATH_SEGMENT_MAX) {
            return Optional.of("must be no more than " + PATH_SEGMENT_MAX + " characters");
        }
        if (name.equals(".") || name.equals("..")) {
            return Optional.of("may not be '" + name + "'");
        }
        return PATH_SEGMENT.matcher(name).matches()
                ? Optional.empty()
                : Optional.of("may not contain '/' or '%'");
    }

    /** A label's key: an optional DNS prefix, a slash, and a name. */
    public static Optional<String> qualified(String key) {
        int slash = key.indexOf('/');
        String name = key.substring(slash + 1);
        if (slash == 0) {
            return Optional.of("prefix part must be non-empty");
        }
        if (slash > 0) {
            Optional<String> prefix = subdomain(key.substring(0, slash));
            if (prefix.isPresent()) {
                return prefix.map(p -> "prefix part " + p);
            }
        }
        if (name.isEmpty()) {
            return Optional.of("name part must be non-empty");
        }
        if (name.length() > LABEL_MAX) {
            return Optional.of("name part must be no more than 63 characters");
        }
        return QUALIFIED.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "name part must consist of alphanumeric characters, '-', '_' or '.', and"
                                + " must start and end with an alphanumeric character (e.g. 'MyName',"
                                + "  or 'my.name',  or '123-abc', regex used for validation is"
                                + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
    }

    /** A label's value. */
    public static Optional<String> labelValue(String value) {
        if (value.length() > LABEL_MAX) {
            return Optional.of("must be no more than 63 characters");
        }
        return value.isEmpty() || QUALIFIED.matcher(value).matches()
                ? Optional.empty()
                : Optional.of(
                        "a valid label must be an empty string or consist of alphanumeric"
                                + " characters, '-', '_' or '.', and must start and end with an"
                                + " alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                                + " '12345', regex used for validation is"
                                + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')");
    }

    /** A key of a ConfigMap or Secret. */
    public static Optional<String> configKey(String key) {
        if (key.length() > SUBDOMAIN_MAX) {
            return Optional.of("must be no more than 253 characters");
        }
        if (key.equals(".") || key.startsWith("..")) {
            return Optional.of("must not be '.' and must not start with '..'");
        }
        return CONFIG_KEY.matcher(key).matches()
                ? Optional.empty()
                : Optional.of(
                        "a valid config key must consist of alphanumeric characters, '-', '_' or"
                                + " '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used"
                                + " for validation is '[-._a-zA-Z0-9]+')");
    }

    /** What is wrong with labels. */
    public static List<FieldError> labels(Map<String, String> labels, String field) {
        List<FieldError> errors = new ArrayList<>();
        labels.forEach((key, value) -> {
            qualified(key).ifPresent(p -> errors.add(FieldError.invalid(field, key, p)));
            labelValue(value).ifPresent(p -> errors.add(FieldError.invalid(field, value, p)));
        });
        return errors;
    }

    /** What is wrong with annotations. */
    public static List<FieldError> annotations(Map<String, String> annotations, String field) {
        List<FieldError> errors = new ArrayList<>();
        long size = 0;
        for (var entry : annotations.entrySet()) {
            size += entry.getKey().length() + entry.getValue().length();
            qualified(entry.getKey().toLowerCase(java.util.Locale.ROOT))
                    .ifPresent(p -> errors.add(FieldError.invalid(field, entry.getKey(), p)));
        }
        if (size > ANNOTATIONS_BYTES_MAX) {
            errors.add(FieldError.tooLong(field, ANNOTATIONS_BYTES_MAX));
        }
        return errors;
    }
}
