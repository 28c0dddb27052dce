package dev.quilla.apiserver.custom;

import com.google.re2j.Pattern;
import dev.quilla.model.validation.FieldError;
import dev.quilla.model.validation.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Predicate;

/** The formats of JSON schemas that Kubernetes checks; it passes over the ones it doesn't know. */
final class Formats {

    private static final Pattern UUID =
            Pattern.compile("(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$");
    private static final Pattern EMAIL = Pattern.compile("^[^@\\s]+@[^@\\s]+$");
    private static final Pattern DURATION =
            Pattern.compile("^[-+]?(0|([0-9]*\\.?[0-9]+(ns|us|µs|ms|s|m|h|d|w) ?)+)$");
    private static final Pattern IPV4 =
            Pattern.compile(
                    "^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$");
    private static final Pattern IPV6 = Pattern.compile("^[0-9a-fA-F:.]+$");

    private Formats() {}

    /** The rule that a format is; empty for one that means nothing. */
    static Optional<Check> check(String format) {
        return switch (format) {
            case "int32" -> Optional.of(int32());
            case "date" -> text(format, Formats::isDate);
            case "date-time", "datetime" -> text(format, Formats::isTime);
            case "byte" -> text(format, Formats::isBase64);
            case "uri" -> text(format, Formats::isUri);
            case "uuid", "uuid3", "uuid4", "uuid5" -> text(format, t -> UUID.matcher(t).matches());
            case "email" -> text(format, t -> EMAIL.matcher(t).matches());
            case "duration" -> text(format, t -> DURATION.matcher(t).matches());
            case "ipv4" -> text(format, Formats::isIpv4);
            case "ipv6" -> text(format, Formats::isIpv6);
            case "cidr" -> text(format, Formats::isCidr);
            case "hostname" -> text(format, t -> Names.subdomain(t).isEmpty());
            default -> Optional.empty();
        };
    }

    private static Optional<Check> text(String format, Predicate<String> fits) {
        return Optional.of((value, path, errors) -> {
            if (value instanceof String text && !fits.test(text)) {
                String why = "%s in body must be of type %s: \"%s\"".formatted(path, format, text);
                errors.add(FieldError.invalid(path, text, why));
            }
        });
    }

    private static Check int32() {
        return (value, path, errors) -> {
            if (value instanceof Long number && number.intValue() != number) {
                String why = "%s in body must be of type int32: %d".formatted(path, number);
                errors.add(FieldError.invalid(path, number, why));
            }
        };
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            return new URI(text).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    /** The JDK asks no name server for what has a colon. */
    private static boolean isIpv6(String text) {
        if (!text.contains(":") || !IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            java.net.InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isCidr(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2 || !parts[1].matches("[0-9]{1,3}")) {
            return false;
        }
        int bits = Integer.parseInt(parts[1]);
        return (isIpv4(parts[0]) && bits <= 32) || (isIpv6(parts[0]) && bits <= 128);
    }
}
