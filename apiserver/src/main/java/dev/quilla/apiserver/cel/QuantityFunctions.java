package dev.quilla.apiserver.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.quilla.model.Quantity;
import java.math.BigDecimal;

/** Quantities, such as {@code quantity('1Gi')}, as Kubernetes' documentation of CEL lists them. */
final class QuantityFunctions {

    private static final CelType QUANTITY = OpaqueType.create("kubernetes.Quantity");
    private static final CelType INT = SimpleType.INT;
    private static final CelType BOOL = SimpleType.BOOL;
    private static final Class<Quantity> JAVA = Quantity.class;

    private QuantityFunctions() {}

    static Functions functions() {
        CelType text = SimpleType.STRING;
        return new Functions("quantity")
                .global("quantity", QUANTITY, text, String.class, Quantity::parse)
                .global("isQuantity", BOOL, text, String.class, QuantityFunctions::isQuantity)
                .member("sign", INT, QUANTITY, JAVA, q -> (long) q.decimal().signum())
                .member("isInteger", BOOL, QUANTITY, JAVA, QuantityFunctions::isInteger)
                .member("asInteger", INT, QUANTITY, JAVA, q -> q.decimal().longValueExact())
                .member(
                        "asApproximateFloat",
                        SimpleType.DOUBLE,
                        QUANTITY,
                        JAVA,
                        q -> q.decimal().doubleValue())
                .member("add", QUANTITY, QUANTITY, JAVA, QUANTITY, JAVA, Quantity::add)
                .member(
                        "add",
                        QUANTITY,
                        QUANTITY,
                        JAVA,
                        INT,
                        Long.class,
                        (q, n) -> q.add(Quantity.of(n)))
                .member("sub", QUANTITY, QUANTITY, JAVA, QUANTITY, JAVA, Quantity::subtract)
                .member(
                        "sub",
                        QUANTITY,
                        QUANTITY,
                        JAVA,
                        INT,
                        Long.class,
                        (q, n) -> q.subtract(Quantity.of(n)))
                .member(
                        "isGreaterThan",
                        BOOL,
                        QUANTITY,
                        JAVA,
                        QUANTITY,
                        JAVA,
                        (a, b) -> a.compareTo(b) > 0)
                .member(
                        "isLessThan",
                        BOOL,
                        QUANTITY,
                        JAVA,
                        QUANTITY,
                        JAVA,
                        (a, b) -> a.compareTo(b) < 0)
                .member(
                        "compareTo",
                        INT,
                        QUANTITY,
                        JAVA,
                        QUANTITY,
                        JAVA,
                        (a, b) -> (long) Integer.signum(a.compareTo(b)));
    }

    private static boolean isQuantity(String text) {
        try {
            Quantity.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isInteger(Quantity quantity) {
        BigDecimal number = quantity.decimal();
        return number.stripTrailingZeros().scale() <= 0
                && number.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) <= 0;
    }
}
