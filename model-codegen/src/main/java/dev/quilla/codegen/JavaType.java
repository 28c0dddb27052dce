package dev.quilla.codegen;

import dev.quilla.codegen.Facts.Type;

/**
 * How a field's type looks in Java.
 *
 * @param getter the type that a getter returns
 * @param setter the type that a setter takes
 * @param read the expression that reads field {@code %d} of {@code struct}
 * @param write the expression that turns the setter's {@code value} into what a struct holds
 * @param view the view's class where the field holds one struct, else empty
 */
record JavaType(String getter, String setter, String read, String write, String view) {

    private static final String STRING = "java.lang.String";
    private static final String MAP = "java.util.Map<java.lang.String, ";
    private static final String LIST = "java.util.List<";

    static JavaType of(Facts facts, String type) {
        if (type.startsWith("[]")) {
            return list(facts, type.substring(2));
        }
        if (type.startsWith("{}")) {
            return map(facts, type.substring(2));
        }
        Type struct = facts.types().get(type);
        if (struct != null) {
            String view = struct.className();
            return new JavaType(
                    view,
                    view,
                    "new " + view + "(Views.struct(struct, %d))",
                    "value.struct()",
                    view);
        }
        return switch (scalar(facts, type)) {
            case "string", "duration" -> plain(STRING, STRING, "string");
            case "int32" -> plain("int", "int", "int32");
            case "int64" -> plain("long", "long", "int64");
            case "double" -> plain("double", "double", "float64");
            case "bool" -> plain("boolean", "boolean", "bool");
            case "bytes" -> plain("dev.quilla.model.Bytes", "dev.quilla.model.Bytes", "bytes");
            case "time", "microtime" -> optional("java.time.Instant", "time");
            case "quantity" -> optional("dev.quilla.model.Quantity", "quantity");
            case "intstr" -> optional("dev.quilla.model.IntOrString", "intOrString");
            default -> optional("dev.quilla.model.RawJson", "raw");
        };
    }

    private static String scalar(Facts facts, String type) {
        String target = facts.scalars().get(type);
        return target == null ? type : target;
    }

    private static JavaType plain(String getter, String setter, String method) {
        return new JavaType(getter, setter, "Views." + method + "(struct, %d)", "value", "");
    }

    private static JavaType optional(String value, String method) {
        return new JavaType(
                "java.util.Optional<" + value + ">",
                value,
                "Views." + method + "(struct, %d)",
                "value",
                "");
    }

    private static JavaType list(Facts facts, String element) {
        Type struct = facts.types().get(element);
        if (struct != null) {
            String view = struct.className();
            return new JavaType(
                    LIST + view + ">",
                    LIST + view + ">",
                    "Views.views(struct, %d, " + view + "::new)",
                    "Views.structs(value)",
                    "");
        }
        String boxed = LIST + boxed(facts, element) + ">";
        return new JavaType(boxed, boxed, "Views.list(struct, %d)", "Views.copy(value)", "");
    }

    private static JavaType map(Facts facts, String value) {
        Type struct = facts.types().get(value);
        if (struct != null) {
            String view = struct.className();
            return new JavaType(
                    MAP + view + ">",
                    MAP + view + ">",
                    "Views.viewMap(struct, %d, " + view + "::new)",
                    "Views.structs(value)",
                    "");
        }
        String boxed =
                value.startsWith("[]")
                        ? MAP + LIST + boxed(facts, value.substring(2)) + ">>"
                        : MAP + boxed(facts, value) + ">";
        return new JavaType(boxed, boxed, "Views.map(struct, %d)", "Views.copy(value)", "");
    }

    private static String boxed(Facts facts, String type) {
        return switch (scalar(facts, type)) {
            case "string", "duration" -> STRING;
            case "int32" -> "java.lang.Integer";
            case "int64" -> "java.lang.Long";
            case "double" -> "java.lang.Double";
            case "bool" -> "java.lang.Boolean";
            case "bytes" -> "dev.quilla.model.Bytes";
            case "time", "microtime" -> "java.time.Instant";
            case "quantity" -> "dev.quilla.model.Quantity";
            case "intstr" -> "dev.quilla.model.IntOrString";
            default -> "dev.quilla.model.RawJson";
        };
    }
}
