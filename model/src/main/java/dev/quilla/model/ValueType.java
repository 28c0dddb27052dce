package dev.quilla.model;

/** What a field may hold. */
public sealed interface ValueType {

    /** A single value without parts. */
    enum Scalar implements ValueType {
        /** {@link String}. */
        STRING,
        /** {@link Integer}. */
        INT32,
        /** {@link Long}. */
        INT64,
        /** {@link Double}. */
        DOUBLE,
        /** {@link Boolean}. */
        BOOL,
        /** {@link dev.quilla.model.Bytes}; base64 in JSON. */
        BYTES,
        /** {@link java.time.Instant} to the second. */
        TIME,
        /** {@link java.time.Instant} to the microsecond. */
        MICROTIME,
        /** {@link Quantity}. */
        QUANTITY,
        /** {@link IntOrString}. */
        INT_OR_STRING,
        /** {@link RawJson}: an object, kept as it is. */
        RAW,
        /** {@link RawJson}: any JSON, also a number or a word, kept as it is. */
        ANY
    }

    /** A {@link Struct} of a definition. */
    final class StructType implements ValueType {
        private final Definition definition;

        StructType(Definition definition) {
            this.definition = definition;
        }

        /** The definition of the struct. */
        public Definition definition() {
            return definition;
        }
    }

    /** A {@link java.util.List}. */
    record ListType(ValueType element) implements ValueType {}

    /** A {@link java.util.Map} from {@link String}. */
    record MapType(ValueType value) implements ValueType {}
}
