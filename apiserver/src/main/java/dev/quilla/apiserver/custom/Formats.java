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
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** The formats of JSON schemas that Kubernetes checks; it passes over the ones it doesn't know. */
final class Formats {

    private static final Pattern UUID =
            Pattern.compile("(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$");
    private static final Pattern EMAIL =
            Pattern.compile("^([^<>]*<)?[^@\\s<>]+@[^@\\s<>.]+(\\.[^@\\s<>.]+)*>?$");
    private static final Pattern HOSTNAME =
            Pattern.compile(
                    "^([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?"
                            + "|([a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z]{2,63})$");
    private static final Pattern TIME =
            Pattern.compile(
                    "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
                            + "([zZ]|[-+][0-9]{2}:[0-9]{2})$");
    private static final String COLOUR = " *([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5]) *";
    private static final String RGB = "rgb\\(" + COLOUR + "," + COLOUR + "," + COLOUR + "\\)";
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
            case "uuid" -> text(format, t -> UUID.matcher(t).matches());
            case "uuid3", "uuid4", "uuid5" -> text(format, uuid(format.charAt(4)));
            case "bsonobjectid" -> text(format, matching("[0-9a-fA-F]{24}"));
            case "mac" -> text(format, Formats::isMac);
            case "isbn" -> text(format, t -> isIsbn10(t) || isIsbn13(t));
            case "isbn10" -> text(format, Formats::isIsbn10);
            case "isbn13" -> text(format, Formats::isIsbn13);
            case "creditcard" -> text(format, Formats::isCreditCard);
            case "ssn" -> text(format, matching("[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}"));
            case "hexcolor" -> text(format, matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"));
            case "rgbcolor" -> text(format, matching(RGB));
            case "k8s-short-name" -> text(format, t -> Names.label(t).isEmpty());
            case "k8s-long-name" -> text(format, t -> Names.subdomain(t).isEmpty());
            case "email" -> text(format, t -> EMAIL.matcher(t).matches());
            case "duration" -> text(format, Durations::isDuration);
            case "ipv4" -> text(format, Formats::isIpv4);
            case "ipv6" -> text(format, Formats::isIpv6);
            case "cidr" -> text(format, Formats::isCidr);
            case "hostname" -> text(format, t -> HOSTNAME.matcher(t).matches());
            default -> Optional.empty();
        };
    }

    private static Optional<Check> text(String format, Predicate<String> fits) {
        return Optional.of((value, path, errors) -> {
            if (value instanceof String text && !fits.test(text)) {
                String why = "%s in body must be of type %s: \"%s\"".formatted(path, format, text);
                errors.add(FieldError.typeInvalid(path, text, why));
            }
        });
    }

    private static Check int32() {
        return (value, path, errors) -> {
            if (value instanceof Long number && number.intValue() != number) {
                errors.add(
                        FieldError.invalid(
                                "<nil>",
                                "",
                                "Checked value must be of type integer with format int32 in "
                                        + path));
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

    private static Predicate<String> matching(String pattern) {
        Pattern whole = Pattern.compile("^(" + pattern + ")$");
        return text -> whole.matcher(text).matches();
    }

    /** Versions after the third also say who made them up. */
    private static Predicate<String> uuid(char version) {
        String rest = version == '3' ? "[0-9a-f]{4}" : "[89ab][0-9a-f]{3}";
        return matching(
                "(?i)[0-9a-f]{8}-?[0-9a-f]{4}-?"
                        + version
                        + "[0-9a-f]{3}-?"
                        + rest
                        + "-?[0-9a-f]{12}");
    }

    /** Six or eight bytes, in pairs of digits or in fours. */
    private static boolean isMac(String text) {
        String pair = "[0-9a-fA-F]{2}";
        String four = "[0-9a-fA-F]{4}";
        return text.matches(pair + "([:-]" + pair + "){5}(([:-]" + pair + "){2})?")
                || text.matches(four + "(\\." + four + "){2,3}")
                || text.matches("[0-9a-fA-F]{12}|[0-9a-fA-F]{16}");
    }

    private static boolean isIsbn10(String text) {
        return digits(text).matches("[0-9]{10}");
    }

    private static boolean isIsbn13(String text) {
        String digits = digits(text);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            sum += Character.digit(digits.charAt(i), 10) * (i % 2 == 0 ? 1 : 3);
        }
        return digits.matches("[0-9]{13}") && sum % 10 == 0;
    }

    /** The last digit is there to find mistakes in the others. */
    private static boolean isCreditCard(String text) {
        String digits = digits(text);
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(digits.length() - 1 - i), 10);
            int counted = i % 2 == 0 ? digit : 2 * digit;
            sum += counted > 9 ? counted - 9 : counted;
        }
        return digits.matches("[3-6][0-9]{12,18}") && sum % 10 == 0;
    }

    private static String digits(String text) {
        return text.replaceAll("[ -]", "");
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
            return TIME.matcher(text).matches();
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return !text.isEmpty() && text.length() % 4 == 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A whole URI, or a path. */
    private static boolean isUri(String text) {
        if (text.startsWith("/")) {
            return true;
        }
        try {
            return text.matches("[a-zA-Z][-+.a-zA-Z0-9]*:(//)?") || new URI(text).isAbsolute();
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
