/* What Java cannot do, or not as soon: a plain socket takes three times as long to load as all of the runtime, and a
   process that learns of its function after it has started must take over that function's environment. */

#include <jni.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Opens a connection to an IPv4 address, in network order, and gives it to `descriptor`. */
JNIEXPORT jboolean JNICALL
Java_hob_runtime_Native_connect(JNIEnv *jni, jclass class, jobject descriptor, jbyteArray address, jint port) {
    struct sockaddr_in peer = {.sin_family = AF_INET, .sin_port = htons((in_port_t) port)};
    (*jni)->GetByteArrayRegion(jni, address, 0, sizeof peer.sin_addr, (jbyte *) &peer.sin_addr);
    int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0) {
        return JNI_FALSE;
    }
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection, (struct sockaddr *) &peer, sizeof peer) != 0) {
        close(connection);
        return JNI_FALSE;
    }
    jfieldID number = (*jni)->GetFieldID(jni, (*jni)->GetObjectClass(jni, descriptor), "fd", "I");
    (*jni)->SetIntField(jni, descriptor, number, connection);
    return JNI_TRUE;
}

/* The map behind System.getenv and ProcessBuilder, without its protection against writing. */
JNIEXPORT jobject JNICALL Java_hob_runtime_Native_environment(JNIEnv *jni, jclass class) {
    jclass environment = (*jni)->FindClass(jni, "java/lang/ProcessEnvironment");
    jclass protected = (*jni)->FindClass(jni, "java/util/Collections$UnmodifiableMap");
    if (environment == NULL || protected == NULL) {
        return NULL;
    }
    jfieldID shown = (*jni)->GetStaticFieldID(jni, environment, "theUnmodifiableEnvironment", "Ljava/util/Map;");
    jfieldID behind = (*jni)->GetFieldID(jni, protected, "m", "Ljava/util/Map;");
    if (shown == NULL || behind == NULL) {
        return NULL;
    }
    return (*jni)->GetObjectField(jni, (*jni)->GetStaticObjectField(jni, environment, shown), behind);
}

/* Replaces the variables that child processes inherit and the C library reads the time zone from. Each is
   `NAME=value` and a zero; the environment keeps the texts, so they are never freed. */
JNIEXPORT jboolean JNICALL
Java_hob_runtime_Native_replaceInherited(JNIEnv *jni, jclass class, jobjectArray variables) {
    jsize count = (*jni)->GetArrayLength(jni, variables);
    clearenv();
    for (jsize i = 0; i < count; i++) {
        jbyteArray variable = (jbyteArray) (*jni)->GetObjectArrayElement(jni, variables, i);
        jsize length = (*jni)->GetArrayLength(jni, variable);
        char *text = malloc((size_t) length);
        if (text == NULL) {
            return JNI_FALSE;
        }
        (*jni)->GetByteArrayRegion(jni, variable, 0, length, (jbyte *) text);
        (*jni)->DeleteLocalRef(jni, variable);
        if (putenv(text) != 0) {
            return JNI_FALSE;
        }
    }
    return JNI_TRUE;
}

/* The path ends with a zero, too. */
JNIEXPORT jboolean JNICALL Java_hob_runtime_Native_changeFolder(JNIEnv *jni, jclass class, jbyteArray path) {
    jbyte *text = (*jni)->GetByteArrayElements(jni, path, NULL);
    if (text == NULL) {
        return JNI_FALSE;
    }
    int failed = chdir((const char *) text);
    (*jni)->ReleaseByteArrayElements(jni, path, text, JNI_ABORT);
    return failed ? JNI_FALSE : JNI_TRUE;
}
