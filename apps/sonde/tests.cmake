# Tests of the program: its options as values, and the whole program against golden files.
if(NOT SONDE_FUZZ)
    add_executable(sonde_cli_test craft_test.cpp options_test.cpp)
    sonde_common_options(sonde_cli_test)
    target_link_libraries(sonde_cli_test PRIVATE sonde_cli sonde_testing)
    sonde_discover(sonde_cli_test cli_options)
endif()

add_executable(cli_args_fuzz cli_args_fuzz.cpp)
sonde_common_options(cli_args_fuzz)
target_link_libraries(cli_args_fuzz PRIVATE sonde_cli)
if(SONDE_FUZZ)
    target_link_options(cli_args_fuzz PRIVATE -fsanitize=fuzzer)
else()
    target_sources(cli_args_fuzz PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz_replay.cpp)
    add_test(NAME fuzz.cli_args_fuzz COMMAND cli_args_fuzz ${PROJECT_SOURCE_DIR}/corpus/cli_args_fuzz)
    set_tests_properties(fuzz.cli_args_fuzz PROPERTIES LABELS fuzz ENVIRONMENT "SONDE_CORPUS=${SONDE_CORPUS}")

    # Results that nobody can have are no success.
    add_test(NAME cli_full_disk COMMAND sh -c [["$0" help > /dev/full; test $? -eq 2]] $<TARGET_FILE:sonde>)
    add_test(NAME cli_no_output COMMAND sh -c
        [["$0" help 2>&1 >&- | grep -q "standard output: write: Bad file descriptor"]] $<TARGET_FILE:sonde>)
    set_tests_properties(cli_full_disk cli_no_output PROPERTIES LABELS cli)

    add_test(NAME cli_doctor_fix
        COMMAND ${CMAKE_CURRENT_LIST_DIR}/golden/doctor_fix.sh $<TARGET_FILE:sonde>)
    set_tests_properties(cli_doctor_fix PROPERTIES LABELS cli SKIP_RETURN_CODE 77)

    find_package(Python3 QUIET COMPONENTS Interpreter)
    if(Python3_FOUND)
        add_test(NAME cli COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/golden/check.py
            $<TARGET_FILE:sonde> ${CMAKE_CURRENT_LIST_DIR}/golden
            ${PROJECT_SOURCE_DIR}/docs/schema/sonde-1.schema.json)
        add_test(NAME cli_docs COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/golden/check_docs.py
            $<TARGET_FILE:sonde> ${PROJECT_SOURCE_DIR}/docs/craft.md)
        set_tests_properties(cli cli_docs PROPERTIES LABELS cli)
        add_test(NAME cli_fping COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/golden/fping_lab.py
            $<TARGET_FILE:sonde>)
        set_tests_properties(cli_fping PROPERTIES LABELS lab SKIP_RETURN_CODE 77)
        # Every field that tshark named in the captures of others, but for differences that have a reason.
        add_test(NAME corpus.agreement COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/scripts/agree.py
            --sonde $<TARGET_FILE:sonde> --corpus ${SONDE_CORPUS})
        set_tests_properties(corpus.agreement PROPERTIES LABELS cli SKIP_RETURN_CODE 77)
    else()
        message(WARNING "no Python 3: the program is not compared with its golden files")
    endif()
endif()
