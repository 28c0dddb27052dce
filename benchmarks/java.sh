# Sourced by the scripts beside it: builds the load tools; run MAIN ARGUMENT… starts one.
: "${JAVA_HOME:?must be a JDK 25}"
mvn -B -q --no-transfer-progress package -DskipTests -pl benchmarks -am

run() {
  "$JAVA_HOME/bin/java" -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath)" "$@"
}
