package dev.quilla.codegen;

import dev.quilla.codegen.Facts.FieldFact;
import dev.quilla.codegen.Facts.Type;
import java.util.HashSet;
import java.util.Set;

/** The source of one view and its builder. */
final class ViewSource {

    private final Facts facts;
    private final Type type;
    private final StringBuilder out = new StringBuilder();

    ViewSource(Facts facts, Type type) {
        this.facts = facts;
        this.type = type;
    }

    String text() {
        String name = type.simpleName();
        line("package " + type.packageName() + ";");
        line("");
        line("import dev.quilla.model.Struct;");
        line("import dev.quilla.model.StructBuilder;");
        line("import dev.quilla.model.Views;");
        line("");
        line("/** Typed view of " + type.name() + ". */");
        line("@javax.annotation.processing.Generated(\"dev.quilla.codegen\")");
        line("public record " + name + "(Struct struct) implements " + interfaceName() + " {");
        line("");
        line("    /** The definition that this is a view of. */");
        line("    public static dev.quilla.model.Definition definition() {");
        line("        return Of.DEFINITION;");
        line("    }");
        line("");
        line("    private static final class Of {");
        line("        private static final dev.quilla.model.Definition DEFINITION =");
        line(
                "                dev.quilla.model.Schema.builtin().definition(\""
                        + type.name()
                        + "\");");
        line("    }");
        for (FieldFact field : type.fields()) {
            getter(field);
        }
        line("");
        line("    /** Starts an object of this type. */");
        line("    public static Builder builder() {");
        line("        Builder builder = new Builder(new StructBuilder(definition()));");
        if (type.kinds().size() == 1 && has("apiVersion") && has("kind")) {
            String kind = type.kinds().getFirst();
            int slash = kind.lastIndexOf('/');
            line("        builder.apiVersion(\"" + kind.substring(0, slash) + "\");");
            line("        builder.kind(\"" + kind.substring(slash + 1) + "\");");
        }
        line("        return builder;");
        line("    }");
        line("");
        line("    /** Starts a changed copy. */");
        line("    public Builder toBuilder() {");
        line("        return new Builder(struct.edit());");
        line("    }");
        builder();
        line("}");
        return out.toString();
    }

    private String interfaceName() {
        return type.isObject() ? "dev.quilla.model.ApiObject" : "dev.quilla.model.View";
    }

    private boolean has(String field) {
        return type.fields().stream().anyMatch(f -> f.name().equals(field));
    }

    private void getter(FieldFact field) {
        JavaType java = JavaType.of(facts, field.type());
        String name = Names.method(field.name());
        line("");
        line("    /** Field {@code " + field.name() + "}. */");
        if (type.isObject() && name.equals("metadata")) {
            line("    @Override");
        }
        line("    public " + java.getter() + " " + name + "() {");
        line("        return " + java.read().formatted(field.index()) + ";");
        line("    }");
        line("");
        line("    /** Whether field {@code " + field.name() + "} is set. */");
        line("    public boolean " + Names.method("has", field.name()) + "() {");
        line("        return struct.slot(" + field.index() + ") != null;");
        line("    }");
    }

    private void builder() {
        String name = type.simpleName();
        line("");
        line("    /** Collects the fields of a " + name + " to be. Not thread-safe. */");
        line("    public static final class Builder {");
        line("        private final StructBuilder fields;");
        line("");
        line("        private Builder(StructBuilder fields) {");
        line("            this.fields = fields;");
        line("        }");
        Set<String> seen = new HashSet<>();
        for (FieldFact field : type.fields()) {
            if (seen.add(Names.method(field.name()))) {
                setter(field);
            }
        }
        line("");
        line("        /** The object; the builder can go on. */");
        line("        public " + type.className() + " build() {");
        line("            return new " + type.className() + "(fields.build());");
        line("        }");
        line("    }");
    }

    private void setter(FieldFact field) {
        JavaType java = JavaType.of(facts, field.type());
        String name = Names.method(field.name());
        line("");
        line("        /** Sets field {@code " + field.name() + "}. */");
        line("        public Builder " + name + "(" + java.setter() + " value) {");
        line("            fields.set(" + field.index() + ", " + java.write() + ");");
        line("            return this;");
        line("        }");
        if (!java.view().isEmpty()) {
            String edit = java.view() + ".Builder";
            line("");
            line("        /** Edits field {@code " + field.name() + "}. */");
            line("        public Builder " + name + "(");
            line("                java.util.function.UnaryOperator<" + edit + "> edit) {");
            line(
                    "            "
                            + java.view()
                            + " current = new "
                            + java.view()
                            + "(Views.struct(fields, "
                            + field.index()
                            + "));");
            line("            return " + name + "(edit.apply(current.toBuilder()).build());");
            line("        }");
        }
        line("");
        line("        /** Unsets field {@code " + field.name() + "}. */");
        line("        public Builder " + Names.method("clear", field.name()) + "() {");
        line("            fields.clear(" + field.index() + ");");
        line("            return this;");
        line("        }");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
