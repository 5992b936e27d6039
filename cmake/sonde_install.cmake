# One shared library of all modules, and the modules apart, as find_package(sonde CONFIG) and
# pkg-config give them. Who wants only base, wire, packet and probe links sonde::probe.
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY SONDE_MODULES)
get_property(private_libs GLOBAL PROPERTY SONDE_PRIVATE_LIBS)
list(REMOVE_DUPLICATES private_libs)

set(objects "")
foreach(name IN LISTS modules)
    list(APPEND objects $<TARGET_OBJECTS:sonde_${name}>)
endforeach()
add_library(sonde_library SHARED ${objects})
add_library(sonde::sonde ALIAS sonde_library)
sonde_common_options(sonde_library)
set_target_properties(sonde_library PROPERTIES
    OUTPUT_NAME sonde EXPORT_NAME sonde LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
foreach(name IN LISTS modules)
    target_include_directories(sonde_library INTERFACE
        $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/libs/${name}/include>)
endforeach()
target_include_directories(sonde_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(sonde_library PRIVATE ${private_libs} INTERFACE sonde_dep::expected)
if(NOT PROJECT_IS_TOP_LEVEL)
    set_target_properties(sonde_library PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

set(exported sonde_library)
foreach(name IN LISTS modules)
    list(APPEND exported sonde_${name})
endforeach()
install(TARGETS ${exported} EXPORT sonde
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_COMPONENT development
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sonde)
install(EXPORT sonde NAMESPACE sonde:: DESTINATION ${package_dir} FILE sondeTargets.cmake)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sondeConfig.cmake.in
    ${PROJECT_BINARY_DIR}/sondeConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sondeConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sondeConfig.cmake ${PROJECT_BINARY_DIR}/sondeConfigVersion.cmake
    ${CMAKE_CURRENT_LIST_DIR}/sonde_dependencies.cmake DESTINATION ${package_dir})
# Relative to where the file lies: an installed tree may be moved.
file(RELATIVE_PATH SONDE_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" SONDE_PC_PREFIX "${SONDE_PC_PREFIX}")
configure_file(${CMAKE_CURRENT_LIST_DIR}/sonde.pc.in ${PROJECT_BINARY_DIR}/sonde.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/sonde.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
