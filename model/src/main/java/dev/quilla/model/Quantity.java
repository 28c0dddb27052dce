package dev.quilla.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of a resource with an optional unit: {@code 250m}, {@code 1.5Gi}, {@code 2e3}. Written
 * as Kubernetes writes it: in the unit family that it was read in, with the largest unit that
 * leaves a whole number. Equal amounts in different families are not {@code equals} but compare as
 * 0.
 */
public final class Quantity implements Comparable<Quantity> {

    /** Nothing. */
    public static final Quantity ZERO = of(0);

    private static final Pattern FORM =
            Pattern.compile(
                    "([+-]?(?:\\d+\\.?\\d*|\\.\\d+))(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\\d+)?");
    private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final int DECIMAL_ONE = 3;
    private static final int LENGTH_MAX = 64;
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /** The unit families. */
    private enum Family {
        BINARY,
        DECIMAL,
        EXPONENT
    }

    private final BigDecimal amount;
    private final Family family;

    private Quantity(BigDecimal amount, Family family) {
        this.amount = amount;
        this.family = family;
    }

    /**
     * Reads an amount; more digits than a nanounit are rounded up.
     *
     * @throws IllegalArgumentException if it isn't one
     */
    public static Quantity parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (text.length() > LENGTH_MAX || !matcher.matches()) {
            throw new IllegalArgumentException(
                    "quantities must match the regular expression"
                            + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        String unit = matcher.group(2) == null ? "" : matcher.group(2);
        Family family = Family.DECIMAL;
        if (unit.endsWith("i")) {
            family = Family.BINARY;
            number = number.multiply(KIBI.pow(indexOf(BINARY, unit)));
        } else if (unit.length() > 1) {
            family = Family.EXPONENT;
            number = number.scaleByPowerOfTen(exponent(unit));
        } else {
            number = number.scaleByPowerOfTen(3 * (indexOf(DECIMAL, unit) - DECIMAL_ONE));
        }
        if (number.scale() > 9) {
            number = number.setScale(9, RoundingMode.UP);
        }
        return new Quantity(number, family);
    }

    /** A whole amount. */
    public static Quantity of(long value) {
        return new Quantity(BigDecimal.valueOf(value), Family.DECIMAL);
    }

    /** A whole amount, written with units of 1024. */
    public static Quantity ofBytes(long value) {
        return new Quantity(BigDecimal.valueOf(value), Family.BINARY);
    }

    /** An amount of thousandths. */
    public static Quantity ofMilli(long thousandths) {
        return new Quantity(BigDecimal.valueOf(thousandths, 3), Family.DECIMAL);
    }

    /** The amount, rounded up to a whole one; at most {@link Long#MAX_VALUE}. */
    public long value() {
        return saturated(amount);
    }

    /** The amount in thousandths, rounded up; at most {@link Long#MAX_VALUE}. */
    public long milliValue() {
        return saturated(amount.movePointRight(3));
    }

    /** The exact amount. */
    public BigDecimal decimal() {
        return amount;
    }

    /** Whether it is nothing. */
    public boolean isZero() {
        return amount.signum() == 0;
    }

    /** The sum, in this amount's unit family. */
    public Quantity add(Quantity other) {
        return new Quantity(amount.add(other.amount), family);
    }

    /** The difference, in this amount's unit family. */
    public Quantity subtract(Quantity other) {
        return new Quantity(amount.subtract(other.amount), family);
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity
                && amount.compareTo(quantity.amount) == 0
                && (family == quantity.family || toString().equals(quantity.toString()));
    }

    @Override
    public int hashCode() {
        return amount.stripTrailingZeros().hashCode();
    }

    @Override
    public String toString() {
        if (amount.signum() == 0) {
            return "0";
        }
        boolean fraction = amount.stripTrailingZeros().scale() > 0;
        if (family == Family.BINARY && !fraction && amount.abs().compareTo(KIBI) >= 0) {
            return binary();
        }
        return family == Family.EXPONENT ? exponential() : decimalUnits();
    }

    private String binary() {
        BigDecimal number = amount;
        int unit = 0;
        while (unit < BINARY.length - 1 && number.remainder(KIBI).signum() == 0) {
            number = number.divide(KIBI);
            unit++;
        }
        return number.toBigInteger() + BINARY[unit];
    }

    private String decimalUnits() {
        int unit = wholeThousands(DECIMAL_ONE, DECIMAL.length - 1 - DECIMAL_ONE);
        return amount.scaleByPowerOfTen(-3 * unit).toBigInteger() + DECIMAL[unit + DECIMAL_ONE];
    }

    private String exponential() {
        int unit = wholeThousands(DECIMAL_ONE, 6);
        String digits = amount.scaleByPowerOfTen(-3 * unit).toBigInteger().toString();
        return unit == 0 ? digits : digits + "e" + 3 * unit;
    }

    /** The largest power of 1000 that leaves a whole number. */
    private int wholeThousands(int down, int up) {
        int power = amount.precision() - amount.scale() > 0 ? up : 0;
        while (power > -down
                && amount.scaleByPowerOfTen(-3 * power).stripTrailingZeros().scale() > 0) {
            power--;
        }
        return power;
    }

    private static long saturated(BigDecimal value) {
        BigDecimal whole = value.setScale(0, RoundingMode.CEILING);
        if (whole.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) >= 0) {
            return Long.MAX_VALUE;
        }
        return whole.compareTo(BigDecimal.valueOf(Long.MIN_VALUE)) <= 0
                ? Long.MIN_VALUE
                : whole.longValueExact();
    }

    private static int exponent(String unit) {
        int exponent = Integer.parseInt(unit.toLowerCase(Locale.ROOT).substring(1));
        if (Math.abs(exponent) > 18) {
            throw new IllegalArgumentException("exponent out of range: " + unit);
        }
        return exponent;
    }

    private static int indexOf(String[] units, String unit) {
        for (int i = 0; i < units.length; i++) {
            if (units[i].equals(unit)) {
                return i;
            }
        }
        throw new IllegalArgumentException("unknown unit " + unit);
    }
}
