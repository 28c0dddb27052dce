package dev.quilla.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;

/** Versions, such as {@code semver('1.2.3')}. */
final class SemverFunctions {

    private static final CelType SEMVER = OpaqueType.create("kubernetes.Semver");
    private static final CelType TEXT = SimpleType.STRING;
    private static final CelType BOOL = SimpleType.BOOL;
    private static final CelType INT = SimpleType.INT;
    private static final Class<Semver> JAVA = Semver.class;

    private SemverFunctions() {}

    static Functions functions() {
        return new Functions("semver")
                .global("isSemver", BOOL, TEXT, String.class, t -> Semver.find(t).isPresent())
                .global(
                        "isSemver",
                        BOOL,
                        TEXT,
                        String.class,
                        BOOL,
                        Boolean.class,
                        (text, lenient) -> Semver.find(form(text, lenient)).isPresent())
                .global("semver", SEMVER, TEXT, String.class, Semver::parse)
                .global(
                        "semver",
                        SEMVER,
                        TEXT,
                        String.class,
                        BOOL,
                        Boolean.class,
                        (text, lenient) -> Semver.parse(form(text, lenient)))
                .member("major", INT, SEMVER, JAVA, Semver::major)
                .member("minor", INT, SEMVER, JAVA, Semver::minor)
                .member("patch", INT, SEMVER, JAVA, Semver::patch)
                .member(
                        "isGreaterThan",
                        BOOL,
                        SEMVER,
                        JAVA,
                        SEMVER,
                        JAVA,
                        (a, b) -> a.compareTo(b) > 0)
                .member(
                        "isLessThan",
                        BOOL,
                        SEMVER,
                        JAVA,
                        SEMVER,
                        JAVA,
                        (a, b) -> a.compareTo(b) < 0)
                .member(
                        "compareTo",
                        INT,
                        SEMVER,
                        JAVA,
                        SEMVER,
                        JAVA,
                        (a, b) -> (long) Integer.signum(a.compareTo(b)));
    }

    private static String form(String text, boolean lenient) {
        return lenient ? Semver.normalized(text) : text;
    }
}
